using CsCheck;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Dispatching;

/// <summary>What is delivered, how much at once, and in which order.</summary>
public sealed class DispatcherTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_observation_is_delivered_as_it_is_to_the_grain_that_it_concerns()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5, ObservationCause.Backlog, deleted: true, grain: "g");

        var call = await harness.Grains.NextAsync("deleted a to g");
        Assert.Equal(Observation.Tombstone(harness.Grains.Widgets.Resource.QualifiedName, new ObjectKey("ns", "a"), "uid-a", ObservationCause.Backlog), call.Observation);
        Assert.Equal((1, 1), (harness.Dispatcher.Pending, harness.Dispatcher.InFlight));

        call.Acknowledge();
        await harness.DoneAsync();
        Assert.Equal(0, harness.Dispatcher.InFlight);
    }

    [Fact]
    public async Task Of_what_comes_while_a_call_is_under_way_the_newest_alone_follows()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5);
        var first = await harness.Grains.NextAsync("a@5 to a");

        harness.Enqueue("a", 6);
        harness.Enqueue("a", 8, deleted: true);
        harness.Enqueue("a", 7);
        Assert.Equal(1, harness.Dispatcher.InFlight);
        first.Acknowledge();

        await harness.Grains.AcknowledgeAsync("deleted a to a");
        await harness.DoneAsync();
        Assert.False(harness.Grains.IsCalled);
    }

    [Fact]
    public async Task A_million_changes_of_one_object_wait_as_one()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 1);
        var first = await harness.Grains.NextAsync("a@1 to a");

        for (var version = 2; version <= 1_000_000; version++)
            harness.Enqueue("a", version);
        Assert.Equal((1, 1), (harness.Dispatcher.Pending, harness.Dispatcher.InFlight));
        first.Acknowledge();

        await harness.Grains.AcknowledgeAsync("a@1000000 to a");
        await harness.DoneAsync();
        Assert.False(harness.Grains.IsCalled);
    }

    [Fact]
    public async Task A_tombstone_is_the_last_word_on_its_uid()
    {
        using var harness = new DispatcherHarness(1);
        harness.Enqueue("block", 1);
        harness.Enqueue("a", 5);
        harness.Enqueue("a", 5, deleted: true);
        harness.Enqueue("a", 6, ObservationCause.Backlog);

        await harness.Grains.AcknowledgeAsync("block@1 to block", "deleted a to a");
        await harness.DoneAsync();
    }

    /// <summary>With uid ranges they come from two feeds, in any order; each is news of its own.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tombstone_of_the_predecessor_does_not_hide_the_successor(bool tombstoneFirst)
    {
        using var harness = new DispatcherHarness(1);
        harness.Enqueue("block", 1);
        if (tombstoneFirst)
            harness.Enqueue("a", 5, deleted: true);
        harness.Enqueue(harness.Grains.Widgets, TestSnapshot.Of("a", 4, uid: "successor"), ObservationCause.Change);
        if (!tombstoneFirst)
            harness.Enqueue("a", 5, deleted: true);

        string[] both = ["deleted a to a", "a@4 to a"];
        await harness.Grains.AcknowledgeAsync(["block@1 to block", .. tombstoneFirst ? both : both.Reverse()]);
    }

    [Fact]
    public async Task A_backlog_does_not_make_what_waits_less_urgent()
    {
        using var harness = new DispatcherHarness(1);
        harness.Enqueue("block", 1);
        harness.Enqueue("a", 5);
        harness.Enqueue("a", 5, ObservationCause.Backlog);

        await harness.Grains.AcknowledgeAsync("block@1 to block");
        Assert.Equal(ObservationCause.Change, (await harness.Grains.NextAsync("a@5 to a")).Observation.Cause);
    }

    [Fact]
    public async Task One_object_may_be_under_way_to_several_grains()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5, grain: "g");
        harness.Enqueue("a", 5, grain: "h");

        var calls = new[] { await harness.Grains.NextAsync(), await harness.Grains.NextAsync() };

        Assert.Equal(["a@5 to g", "a@5 to h"], calls.Select(call => call.ToString()).Order());
    }

    [Fact]
    public async Task Calls_under_way_are_bounded_overall()
    {
        using var harness = new DispatcherHarness(maxCallsInFlight: 3);
        for (var i = 0; i < 10; i++)
        {
            harness.Enqueue($"w{i}", 1);
            Assert.Equal(Math.Min(i + 1, 3), harness.Dispatcher.InFlight);
        }

        var calls = new Queue<TestGrains.Call>();
        for (var i = 0; i < 3; i++)
            calls.Enqueue(await harness.Grains.NextAsync());
        for (var left = 10; left > 0; left--)
        {
            Assert.False(harness.Grains.IsCalled);
            Assert.Equal((left, Math.Min(left, 3)), (harness.Dispatcher.Pending, harness.Dispatcher.InFlight));
            calls.Dequeue().Acknowledge();
            if (left > 3)
                calls.Enqueue(await harness.Grains.NextAsync());
            await Limit.UntilAsync(() => harness.Dispatcher.Pending == left - 1, () => "one is done");
        }
    }

    [Fact]
    public async Task Changes_go_before_lists_and_owned_objects_before_their_owners()
    {
        using var harness = new DispatcherHarness(1);
        harness.Enqueue("block", 1);
        harness.Enqueue("listed", 1, ObservationCause.Backlog);
        harness.Enqueue(harness.Grains.OwnedParts, "owned-listed", 1, ObservationCause.Backlog);
        harness.Enqueue("changed-1", 1);
        harness.Enqueue(harness.Grains.OwnedParts, "changed-2", 1, ObservationCause.Change);

        await harness.Grains.AcknowledgeAsync(
            "block@1 to block", "changed-1@1 to changed-1", "changed-2@1 to changed-2", "owned-listed@1 to owned-listed", "listed@1 to listed");
        await harness.DoneAsync();
    }

    /// <summary>A user who changes something during a start-up does not wait for the backlog to be through.</summary>
    [Fact]
    public async Task What_waits_in_a_backlog_goes_first_once_it_changes()
    {
        using var harness = new DispatcherHarness(1);
        harness.Enqueue("block", 1);
        foreach (var name in (string[])["a", "b", "c"])
            harness.Enqueue(name, 5, ObservationCause.Backlog);

        harness.Enqueue("c", 6);

        await harness.Grains.AcknowledgeAsync("block@1 to block", "c@6 to c", "a@5 to a", "b@5 to b");
        await harness.DoneAsync();
        Assert.False(harness.Grains.IsCalled);
    }

    [Fact]
    public async Task A_stop_waits_for_what_is_under_way_and_begins_nothing_more()
    {
        using var harness = new DispatcherHarness(2);
        foreach (var name in (string[])["a", "b", "c"])
            harness.Enqueue(name, 5);
        var (first, second) = (await harness.Grains.NextAsync(), await harness.Grains.NextAsync());

        var stopped = harness.Dispatcher.StopAsync(Cancelled);
        harness.Enqueue("d", 5);
        first.Acknowledge();
        Assert.False(stopped.IsCompleted);
        second.Fail(new TimeoutException("the grain is busy"));
        await stopped.EndsAsync();

        Assert.Equal(0, harness.Dispatcher.InFlight);
        Assert.False(harness.Grains.IsCalled);
    }

    [Fact]
    public async Task A_stop_with_nothing_under_way_is_done_at_once()
    {
        using var harness = new DispatcherHarness();

        await harness.Dispatcher.StopAsync(Cancelled).EndsAsync();
        harness.Enqueue("a", 5);

        Assert.Equal(0, harness.Dispatcher.Pending);
    }

    /// <summary>
    /// Each number stands for one of 12 observations, of 3 names by 3 causes or a tombstone, after which the name is another
    /// object's; grains fail now and then.
    /// </summary>
    [Fact]
    public async Task Whatever_comes_and_fails_every_grain_hears_the_newest_with_one_call_at_a_time()
    {
        await Gen.Select(Gen.Int[0, 11].Array[1, 60], Gen.Bool.Array[60]).SampleAsync(
            async (observations, failures) =>
            {
                using var harness = new DispatcherHarness(2);
                var uids = new int[3];
                var newest = new Dictionary<string, string>();
                var heard = new Dictionary<string, string>();
                foreach (var (index, observation) in observations.Index())
                {
                    var name = $"w{observation % 3}";
                    var deleted = observation / 3 == 3;
                    var snapshot = TestSnapshot.Of(name, 10 + index, uid: $"{name}-{uids[observation % 3]}");
                    harness.Enqueue(harness.Grains.Widgets, snapshot, deleted ? ObservationCause.Change : (ObservationCause)(observation / 3), deleted);
                    newest[snapshot.Uid] = $"{(deleted ? $"deleted {name}" : snapshot)} to {name}";
                    if (deleted)
                        uids[observation % 3]++;
                }

                for (var call = 0; harness.Dispatcher.Pending > 0; call++)
                {
                    await Limit.UntilAsync(
                        () =>
                        {
                            harness.Clock.Advance(TimeSpan.FromMilliseconds(50));
                            return harness.Grains.IsCalled || harness.Dispatcher.Pending == 0;
                        },
                        () => "another call");
                    if (!harness.Grains.IsCalled)
                        break;
                    var next = await harness.Grains.NextAsync();
                    Assert.InRange(harness.Dispatcher.InFlight, 1, 2);
                    if (call < failures.Length && failures[call])
                    {
                        next.Fail(new TimeoutException("the grain is busy"));
                        continue;
                    }

                    heard[next.Observation.Uid] = next.ToString();
                    next.Acknowledge();
                }

                Assert.Equal(newest.OrderBy(pair => pair.Key), heard.OrderBy(pair => pair.Key));
                Assert.Equal(1, harness.Grains.MostAtOnce);
            },
            iter: 50, threads: 1);
    }
}
