using OrleansOperator.Clustering.Kubernetes.Fencing;

namespace OrleansOperator.Clustering.Kubernetes.Heartbeats;

/// <summary>What became of this silo's heartbeats, and of those of peers that were asked meanwhile. Safe for concurrent use.</summary>
internal sealed class HeartbeatRecord(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly long _created = clock.GetTimestamp();
    private long? _success;
    private long? _firstFailure;
    private long? _lastFailure;
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

    /// <summary>A peer has written its heartbeat.</summary>
    /// <param name="age">How long ago.</param>
    public void PeerSucceeded(TimeSpan age)
    {
        lock (_lock)
        {
            // The earliest after the first failure is the one that most rounds of this silo's have failed after.
            var at = Now - age;
            if (_firstFailure is { } first && age < clock.GetElapsedTime(first) && (_peerSuccess is null || at < _peerSuccess))
                _peerSuccess = at;
        }
    }

    private TimeSpan Now => clock.GetElapsedTime(_created);

    private TimeSpan? Age(long? stamp) => stamp is { } at ? clock.GetElapsedTime(at) : null;
}
