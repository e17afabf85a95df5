namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>Since when this silo reaches the API server without a gap. Votes and silences from before a gap prove nothing.</summary>
internal sealed class ApiContact(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private long _lastStamp = clock.GetTimestamp();
    private long _since = clock.GetTimestamp();
    private DateTimeOffset? _recovered;

    /// <summary>Longer than this without an answer is a gap. Heartbeats alone bring one each period.</summary>
    public required TimeSpan Gap { get; init; }

    /// <summary>How long the contact has lasted without a gap; from the start of the silo at most.</summary>
    public TimeSpan Steady
    {
        get
        {
            lock (_lock)
                return clock.GetElapsedTime(_lastStamp) > Gap ? TimeSpan.Zero : clock.GetElapsedTime(_since);
        }
    }

    /// <summary>When the last gap ended, by this node's clock; null when there was none.</summary>
    public DateTime? Recovered
    {
        get
        {
            lock (_lock)
                return _recovered?.UtcDateTime;
        }
    }

    /// <summary>The API server has answered.</summary>
    public void Reached()
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_lastStamp) > Gap)
                (_since, _recovered) = (clock.GetTimestamp(), clock.GetUtcNow());
            _lastStamp = clock.GetTimestamp();
        }
    }
}
