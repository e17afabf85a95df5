using OrleansOperator.LoadTest.Tracking;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>Waits for the cluster to follow, for as long as it makes progress.</summary>
internal sealed class Convergence(Tracker tracker, TimeSpan patience, TimeProvider clock)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_settledPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(2);

    /// <summary>Waits until each of some changes is ready and every Foo is as it should be, or nothing has moved for too long.</summary>
    public async Task WaitAsync(ChangeSet set, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (!set.IsDone && clock.GetElapsedTime(Math.Max(began, set.LastProgress)) < patience)
            await Task.Delay(s_pause, clock, cancellationToken);
        if (set.IsDone)
            await SettleAsync(cancellationToken);
    }

    /// <summary>Waits until every Foo is as it should be, or nothing was seen to change for too long.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var (last, since) = (tracker.Seen, clock.GetTimestamp());
        while (!tracker.IsConverged())
        {
            if (tracker.Seen != last)
                (last, since) = (tracker.Seen, clock.GetTimestamp());
            else if (clock.GetElapsedTime(since) >= patience)
                return;
            await Task.Delay(s_settledPause, clock, cancellationToken);
        }
    }

    /// <summary>Waits until no Event has arrived for a while.</summary>
    /// <returns>When the last one came; 0 when there were none.</returns>
    public async Task<long> LastEventAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (clock.GetElapsedTime(Math.Max(began, tracker.LastEvent)) < s_quiet)
            await Task.Delay(s_settledPause, clock, cancellationToken);
        return tracker.LastEvent;
    }
}
