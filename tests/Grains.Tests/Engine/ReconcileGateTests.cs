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
        var (first, second) = (gate.Enter(RequestPriority.Fresh), gate.Enter(RequestPriority.Fresh));
        var third = gate.Enter(RequestPriority.Fresh);
        Assert.Equal((2, 1, false), (gate.Active, gate.Waiting, third.Admitted.IsCompleted));

        first.Dispose();

        await third.Admitted;
        Assert.Equal((2, 0), (gate.Active, gate.Waiting));
        second.Dispose();
        third.Dispose();
        Assert.Equal(0, gate.Active);
    }

    [Fact]
    public void Who_leaves_twice_leaves_once()
    {
        var gate = new ReconcileGate(2);
        var (first, _) = (gate.Enter(RequestPriority.Fresh), gate.Enter(RequestPriority.Fresh));

        first.Dispose();
        first.Dispose();

        Assert.Equal(1, gate.Active);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_gate_lets_at_least_one_in(int limit) => Assert.Throws<ArgumentOutOfRangeException>(() => new ReconcileGate(limit));

    [Fact]
    public async Task What_is_fresh_goes_first_but_every_fourth_turn_is_the_backlogs()
    {
        var gate = new ReconcileGate(1);
        var inside = gate.Enter(RequestPriority.Fresh);
        var order = new List<string>();
        var waiters = new List<Task>();
        for (var i = 1; i <= 3; i++)
            waiters.Add(Then(gate.Enter(RequestPriority.Backlog), "backlog"));
        for (var i = 1; i <= 8; i++)
            waiters.Add(Then(gate.Enter(RequestPriority.Fresh), "fresh"));

        inside.Dispose();
        await Task.WhenAll(waiters);

        Assert.Equal(["fresh", "fresh", "fresh", "backlog", "fresh", "fresh", "fresh", "backlog", "fresh", "fresh", "backlog"], order);

        // Each leaves as soon as it has had its turn, so that the order is the gate's alone.
        async Task Then(ReconcileGate.Place place, string name)
        {
            await place.Admitted;
            order.Add(name);
            place.Dispose();
        }
    }

    [Fact]
    public async Task Who_is_raised_goes_with_the_urgent_and_has_one_turn()
    {
        var gate = new ReconcileGate(1);
        var inside = gate.Enter(RequestPriority.Fresh);
        var (first, raised, urgent) = (gate.Enter(RequestPriority.Backlog), gate.Enter(RequestPriority.Backlog), gate.Enter(RequestPriority.Fresh));

        raised.Raise();
        raised.Raise();
        Assert.Equal(3, gate.Waiting);

        foreach (var (leaves, enters) in new[] { (inside, urgent), (urgent, raised), (raised, first) })
        {
            leaves.Dispose();
            await enters.Admitted;
        }

        Assert.Equal(RequestPriority.Fresh, raised.Priority);
        first.Dispose();
        Assert.Equal((0, 0), (gate.Active, gate.Waiting));
    }

    [Theory]
    [InlineData(RequestPriority.Fresh)]
    [InlineData(RequestPriority.Backlog)]
    public async Task Those_of_one_kind_go_in_the_order_in_which_they_came(RequestPriority priority)
    {
        var gate = new ReconcileGate(1);
        var inside = gate.Enter(RequestPriority.Fresh);
        var waiters = Enumerable.Range(0, 5).Select(_ => gate.Enter(priority)).ToList();

        foreach (var next in waiters)
        {
            inside.Dispose();
            await next.Admitted;
            inside = next;
            Assert.Equal(waiters.IndexOf(next) + 1, waiters.Count(w => w.Admitted.IsCompleted));
        }
    }

    [Fact]
    public async Task Who_gives_up_is_passed_over()
    {
        var gate = new ReconcileGate(1);
        var inside = gate.Enter(RequestPriority.Fresh);
        var (first, second) = (gate.Enter(RequestPriority.Fresh), gate.Enter(RequestPriority.Fresh));

        first.Dispose();
        Assert.Equal(1, gate.Waiting);
        Assert.False(second.Admitted.IsCompleted);
        inside.Dispose();

        await second.Admitted;
        Assert.False(first.Admitted.IsCompleted);
        second.Dispose();
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
                var (fresh, givesUp) = waiter;
                using var place = gate.Enter(fresh ? RequestPriority.Fresh : RequestPriority.Backlog);
                if (givesUp)
                    return;
                if (!fresh)
                    place.Raise();
                await place.Admitted;

                InterlockedMax(ref most, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            })));

            Assert.InRange(most, 0, limit);
            Assert.Equal((0, 0), (gate.Active, gate.Waiting));
        }, iter: 300, threads: 1);

    private static void InterlockedMax(ref int most, int value)
    {
        int before;
        while ((before = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, before) != before)
        {
        }
    }
}
