using System.Collections.Concurrent;
using OrleansOperator.LoadTest.Scheduling;

namespace OrleansOperator.LoadTest.Tests.Scheduling;

public sealed class PacerTests
{
    [Fact]
    public async Task A_slow_answer_does_not_delay_what_is_due_after_it()
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        var slow = new TaskCompletionSource();
        var due = new ConcurrentDictionary<int, long>();
        var pacing = Pacer.RunAsync(new Schedule(1000, 50), clock, (index, at) =>
        {
            due[index] = at;
            if (due.Count == 50)
                slow.SetResult();
            return slow.Task;
        }, TestContext.Current.CancellationToken);

        // None is answered before all were sent.
        await pacing;

        Assert.Equal(50, due.Count);
        for (var i = 1; i < 50; i++)
            Assert.Equal(1, clock.GetElapsedTime(due[i - 1], due[i]).TotalMilliseconds, 0.01);
        Assert.True(due[0] >= start);
    }

    [Fact]
    public async Task Without_a_rate_each_is_made_once()
    {
        var made = new ConcurrentBag<int>();
        await Pacer.RunAsync(1000, 8, TimeProvider.System, async (index, _) =>
        {
            await Task.Yield();
            made.Add(index);
        }, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 1000), made.Order());
    }
}
