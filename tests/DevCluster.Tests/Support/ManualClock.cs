using Microsoft.Extensions.Time.Testing;

namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>A clock that stands, and says when someone waits a minute for it.</summary>
internal sealed class ManualClock : FakeTimeProvider
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Waiting => _waiting.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime == Minute)
            _waiting.TrySetResult();
        return timer;
    }

    public void Advance() => Advance(Minute);
}
