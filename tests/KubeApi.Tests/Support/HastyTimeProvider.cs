using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace OrleansOperator.KubeApi.Tests.Support;

/// <summary>A clock on which every wait is over at once; it tells for how long was to be waited.</summary>
internal sealed class HastyTimeProvider : FakeTimeProvider
{
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
