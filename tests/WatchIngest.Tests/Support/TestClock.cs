using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>A clock that stands still until it is advanced, and tells who waits for it, so that nobody advances it too early.</summary>
internal sealed class TestClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>The next timer that is set: for how long.</summary>
    public Task<TimeSpan> NextTimerAsync() => _armed.NextAsync("timer");

    /// <summary>Waits until a timer is set for this long.</summary>
    public async Task TimerAsync(TimeSpan wait)
    {
        while (await NextTimerAsync() != wait)
        {
            // Another timer.
        }
    }

    /// <summary>Forgets the timers that were set until now.</summary>
    public void Forget()
    {
        while (_armed.Reader.TryRead(out _))
        {
            // Forgotten.
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, base.CreateTimer(callback, state, dueTime, period));
        Armed(dueTime);
        return timer;
    }

    private void Armed(TimeSpan wait)
    {
        if (wait != Timeout.InfiniteTimeSpan)
            _armed.Writer.TryWrite(wait);
    }

    private sealed class Timer(TestClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            clock.Armed(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
