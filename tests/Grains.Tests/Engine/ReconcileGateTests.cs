using CsCheck;
using OrleansOperator.Grains.Engine;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Tests.Engine;

/// <summary>Who is let in, and when.</summary>
public sealed class ReconcileGateTests
{
    [Fact]
    public async Task As_many_as_the_limit_are_in_at_once()
    {
        var gate = new ReconcileGate(2);
        await Enter(gate);
        await Enter(gate);
        var third = Enter(gate);
        Assert.Equal((2, 1, false), (gate.Active, gate.Waiting, third.IsCompleted));

        gate.Leave();

        await third;
        Assert.Equal((2, 0), (gate.Active, gate.Waiting));
        gate.Leave();
        gate.Leave();
        Assert.Equal(0, gate.Active);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_gate_lets_at_least_one_in(int limit) => Assert.Throws<ArgumentOutOfRangeException>(() => new ReconcileGate(limit));

    [Fact]
    public async Task What_is_fresh_goes_first_but_every_fourth_turn_is_the_backlogs()
    {
        var gate = new ReconcileGate(1);
        await Enter(gate);
        var order = new List<string>();
        var waiters = new List<Task>();
        for (var i = 1; i <= 3; i++)
            waiters.Add(Then(Enter(gate, RequestPriority.Backlog), () => order.Add("backlog")));
        for (var i = 1; i <= 8; i++)
            waiters.Add(Then(Enter(gate), () => order.Add("fresh")));

        gate.Leave();
        await Task.WhenAll(waiters);

        Assert.Equal(["fresh", "fresh", "fresh", "backlog", "fresh", "fresh", "fresh", "backlog", "fresh", "fresh", "backlog"], order);

        // Each leaves as soon as it has had its turn, so that the order is the gate's alone.
        async Task Then(Task entered, Action note)
        {
            await entered;
            note();
            gate.Leave();
        }
    }

    [Theory]
    [InlineData(RequestPriority.Fresh)]
    [InlineData(RequestPriority.Backlog)]
    public async Task Those_of_one_kind_go_in_the_order_in_which_they_came(RequestPriority priority)
    {
        var gate = new ReconcileGate(1);
        await Enter(gate);
        var waiters = Enumerable.Range(0, 5).Select(_ => Enter(gate, priority)).ToList();

        foreach (var next in waiters)
        {
            gate.Leave();
            await next;
            Assert.Equal(waiters.IndexOf(next) + 1, waiters.Count(w => w.IsCompleted));
        }
    }

    [Fact]
    public async Task Who_gives_up_is_passed_over()
    {
        var gate = new ReconcileGate(1);
        await Enter(gate);
        using var cancelled = new CancellationTokenSource();
        var first = gate.EnterAsync(RequestPriority.Fresh, cancelled.Token);
        var second = Enter(gate);

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        gate.Leave();

        await second;
        gate.Leave();
        Assert.Equal((0, 0), (gate.Active, gate.Waiting));
    }

    /// <summary>A waiter that gives up in the very moment in which it is let in must not take the place along.</summary>
    [Fact]
    public Task No_place_is_lost_whoever_gives_up_when() =>
        Gen.Select(Gen.Int[1, 3], Gen.Select(Gen.Bool, Gen.Bool).Array[1, 30]).SampleAsync(async (limit, waiters) =>
        {
            var gate = new ReconcileGate(limit);
            var inside = 0;
            var most = 0;
            await Task.WhenAll(waiters.Select(waiter => Task.Run(async () =>
            {
                using var source = new CancellationTokenSource();
                var (fresh, givesUp) = waiter;
                var entered = gate.EnterAsync(fresh ? RequestPriority.Fresh : RequestPriority.Backlog, source.Token);
                if (givesUp)
                    await source.CancelAsync();
                try
                {
                    await entered;
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
                gate.Leave();
            })));

            Assert.InRange(most, 0, limit);
            Assert.Equal(0, gate.Active);
        }, iter: 300, threads: 1);

    private static void InterlockedMax(ref int most, int value)
    {
        int before;
        while ((before = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, before) != before)
        {
        }
    }

    private static Task Enter(ReconcileGate gate, RequestPriority priority = RequestPriority.Fresh) => gate.EnterAsync(priority, TestContext.Current.CancellationToken);
}
