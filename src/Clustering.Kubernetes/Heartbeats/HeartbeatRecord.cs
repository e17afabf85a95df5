using OrleansOperator.Clustering.Kubernetes.Fencing;

namespace OrleansOperator.Clustering.Kubernetes.Heartbeats;

/// <summary>What became of this silo's heartbeats, and of those of peers that were asked meanwhile. Safe for concurrent use.</summary>
internal sealed class HeartbeatRecord(TimeProvider clock)
{
    /// <summary>For how long trouble counts.</summary>
    private static readonly TimeSpan TroubleTime = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly long _created = clock.GetTimestamp();
    private long? _success;
    private long? _firstFailure;
    private long? _lastFailure;
    private long? _trouble;
    private TimeSpan? _peerSuccess;
    private int _failedRounds;

    /// <summary>How long ago the last heartbeat was written; null when none was.</summary>
    public TimeSpan? SinceSuccess
    {
        get
        {
            lock (_lock)
                return Age(_success);
        }
    }

    /// <summary>
    /// How long ago the last heartbeat was written, as peers are told: <see cref="TimeSpan.MaxValue"/> when none was, and when one has met trouble
    /// lately, even if it was written. Then the API server is in trouble, and not the one that asks.
    /// </summary>
    public TimeSpan SinceUntroubledSuccess
    {
        get
        {
            lock (_lock)
                return Age(_trouble) < TroubleTime ? TimeSpan.MaxValue : Age(_success) ?? TimeSpan.MaxValue;
        }
    }

    /// <summary>The facts for <see cref="FencingRule"/>.</summary>
    /// <param name="period">The heartbeat period.</param>
    public FencingFacts Facts(TimeSpan period)
    {
        lock (_lock)
        {
            return new FencingFacts(
                period, Age(_success) ?? clock.GetElapsedTime(_created), _failedRounds, Age(_firstFailure), Age(_lastFailure), Now - _peerSuccess);
        }
    }

    /// <summary>A heartbeat was written.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            (_success, _failedRounds) = (clock.GetTimestamp(), 0);
            _firstFailure = _lastFailure = null;
            _peerSuccess = null;
        }
    }

    /// <summary>A heartbeat was not written at the first try, or not soon.</summary>
    public void Troubled()
    {
        lock (_lock)
            _trouble = clock.GetTimestamp();
    }

    /// <summary>A round has failed, on fresh connections too.</summary>
    /// <param name="started">When it began (<see cref="TimeProvider.GetTimestamp"/>).</param>
    public void Failed(long started)
    {
        lock (_lock)
        {
            _failedRounds++;
            _firstFailure ??= started;
            _lastFailure = started;
        }
    }

    /// <summary>Peers have said how long ago they wrote their heartbeats. One that has trouble is enough to know that this silo is not alone.</summary>
    /// <param name="ages">The answers, as in <see cref="SinceUntroubledSuccess"/>.</param>
    public void PeersSaid(IReadOnlyCollection<TimeSpan> ages)
    {
        if (ages.Count == 0)
            return;

        lock (_lock)
        {
            var age = ages.Max();
            if (age == TimeSpan.MaxValue)
            {
                _peerSuccess = null;
                return;
            }

            // The earliest after the first failure is the one that most rounds of this silo's have failed after.
            var at = Now - age;
            if (_firstFailure is { } first && age < clock.GetElapsedTime(first) && (_peerSuccess is null || at < _peerSuccess))
                _peerSuccess = at;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_created);

    private TimeSpan? Age(long? stamp) => stamp is { } at ? clock.GetElapsedTime(at) : null;
}
