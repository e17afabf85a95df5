namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>The time of a history, which only the history moves. Each node's clock may be wrong by a skew; ages are the same for all.</summary>
internal sealed class SimulatedClock(DateTimeOffset start) : TimeProvider
{
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + _elapsed;

    public override long GetTimestamp() => _elapsed.Ticks;

    /// <summary>Timers never fire: what a request takes is decided by the history.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    public TimeSpan Elapsed => _elapsed;

    public void Advance(TimeSpan time) => _elapsed += time;

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // There is none.
        }

        public ValueTask DisposeAsync() => default;
    }
}

/// <summary>The clock of a node.</summary>
internal sealed class NodeClock(SimulatedClock world) : TimeProvider
{
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => world.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + Skew;

    public override long GetTimestamp() => world.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => world.CreateTimer(callback, state, dueTime, period);
}
