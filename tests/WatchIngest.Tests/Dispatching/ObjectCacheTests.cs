using CsCheck;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Dispatching;

public sealed class ObjectCacheTests : IDisposable
{
    private readonly DispatcherHarness _harness = new();
    private readonly ObjectCache _cache;

    public ObjectCacheTests() => _cache = Cache(_harness.Grains.Widgets);

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task A_first_list_is_delivered_whole()
    {
        _cache.Replace([Widget("a", 5), Widget("b", 7)], 10);

        await HeardAsync("Backlog a@5 to g", "Backlog b@7 to g");
        AssertHolds("a@5", "b@7");
    }

    [Fact]
    public async Task A_later_list_replaces_everything_and_what_it_lacks_becomes_a_tombstone()
    {
        _cache.Replace([Widget("same", 5), Widget("changed", 6), Widget("gone", 7)], 10);
        await HeardAsync("Backlog changed@6 to g", "Backlog gone@7 to g", "Backlog same@5 to g");

        _cache.Replace([Widget("same", 5), Widget("changed", 15), Widget("new", 16)], 20);

        await HeardAsync("Backlog changed@15 to g", "Backlog deleted gone to g", "Backlog new@16 to g");
        AssertHolds("changed@15", "new@16", "same@5");
    }

    [Fact]
    public async Task An_empty_list_leaves_nothing()
    {
        _cache.Replace([Widget("a", 5), Widget("b", 7)], 10);
        await HeardAsync("Backlog a@5 to g", "Backlog b@7 to g");

        _cache.Replace([], 20);

        await HeardAsync("Backlog deleted a to g", "Backlog deleted b to g");
        AssertHolds();
    }

    [Fact]
    public async Task A_successor_of_the_same_name_takes_its_place_and_the_predecessor_is_told_to_be_gone()
    {
        _cache.Replace([Widget("a", 5)], 10);
        await HeardAsync("Backlog a@5 to g");
        var successor = TestSnapshot.Of("a", 15, "g", uid: "another");

        _cache.Replace([successor], 20);

        await HeardAsync("Backlog a@15 to g", "Backlog deleted a to g");
        Assert.Equal([successor], _cache.Snapshot());
    }

    [Fact]
    public async Task Changes_are_delivered_and_what_is_known_already_is_not()
    {
        _cache.Upsert(Widget("a", 5));
        await HeardAsync("Change a@5 to g");

        _cache.Upsert(Widget("a", 5));
        Assert.Equal(0, _harness.Dispatcher.Pending);

        _cache.Upsert(Widget("a", 6));
        await HeardAsync("Change a@6 to g");
        AssertHolds("a@6");
    }

    [Fact]
    public async Task A_deletion_is_delivered_as_a_tombstone_known_or_not()
    {
        _cache.Upsert(Widget("a", 5));
        await HeardAsync("Change a@5 to g");

        _cache.Delete(Widget("a", 8));
        await HeardAsync("Change deleted a to g");
        _cache.Delete(Widget("b", 9));
        await HeardAsync("Change deleted b to g");

        AssertHolds();
    }

    /// <summary>After a restore of etcd versions go back; a list is right, whatever was seen before.</summary>
    [Fact]
    public async Task A_list_with_an_older_version_replaces_a_newer_one()
    {
        _cache.Replace([Widget("a", 50)], 60);
        await HeardAsync("Backlog a@50 to g");

        _cache.Replace([Widget("a", 20)], 30);

        await HeardAsync("Backlog a@20 to g");
        AssertHolds("a@20");
    }

    [Fact]
    public async Task A_late_deletion_of_the_predecessor_leaves_the_successor()
    {
        _cache.Upsert(TestSnapshot.Of("a", 15, "g", uid: "another"));
        await HeardAsync("Change a@15 to g");

        _cache.Delete(Widget("a", 8));

        await HeardAsync("Change deleted a to g");
        AssertHolds("a@15");
    }

    [Fact]
    public async Task An_object_that_changes_hands_is_told_to_both()
    {
        _cache.Upsert(Widget("a", 5, "g"));
        await HeardAsync("Change a@5 to g");

        _cache.Upsert(Widget("a", 6, "h"));
        await HeardAsync("Change a@6 to g", "Change a@6 to h");
        _cache.Upsert(Widget("a", 7, null));
        await HeardAsync("Change a@7 to h");
        _cache.Upsert(Widget("a", 8, "g"));
        await HeardAsync("Change a@8 to g");
        _cache.Delete(Widget("a", 9, "h"));
        await HeardAsync("Change deleted a to g", "Change deleted a to h");
    }

    [Fact]
    public void What_concerns_no_grain_is_kept_and_told_to_nobody()
    {
        _cache.Replace([Widget("a", 5, null)], 10);
        _cache.Upsert(Widget("b", 11, null));
        _cache.Redeliver(ObservationCause.Resync);

        Assert.Equal(0, _harness.Dispatcher.Pending);
        AssertHolds("a@5", "b@11");
    }

    [Fact]
    public async Task A_redelivery_tells_everything_again()
    {
        _cache.Replace([Widget("a", 5), Widget("b", 7, "h"), Widget("c", 8, null)], 10);
        await HeardAsync("Backlog a@5 to g", "Backlog b@7 to h");

        _cache.Redeliver(ObservationCause.Backlog);

        await HeardAsync("Backlog a@5 to g", "Backlog b@7 to h");
    }

    [Fact]
    public async Task The_slices_of_a_resync_cover_every_object_exactly_once()
    {
        await Gen.Select(Gen.Int[0, 60], Gen.Int[1, 25]).SampleAsync(
            async (objects, slices) =>
            {
                using var harness = new DispatcherHarness();
                var cache = new ObjectCache(new Feed(harness.Grains.Widgets, UidRange.Whole, null), harness.Dispatcher, harness.Backlog);
                cache.Replace([.. Enumerable.Range(0, objects).Select(i => Widget($"w{i}", i + 1))], 100);
                var first = await TakeAsync(harness);

                var again = new List<string>();
                for (var slice = 0; slice < slices; slice++)
                {
                    cache.Redeliver(ObservationCause.Resync, slice, slices);
                    again.AddRange(await TakeAsync(harness));
                }

                Assert.Equal(objects, again.Count);
                Assert.Equal(first.Order(), again.Select(text => text.Replace("Resync", "Backlog", StringComparison.Ordinal)).Order());
            },
            iter: 30, threads: 1);
    }

    [Fact]
    public async Task The_feed_is_ready_when_all_of_its_first_list_has_been_acknowledged()
    {
        _harness.State.Listed(2);
        _cache.Replace([Widget("a", 5), Widget("b", 7)], 10);
        var calls = new[] { await _harness.Grains.NextAsync(), await _harness.Grains.NextAsync() };

        calls[0].Acknowledge();
        await Limit.UntilAsync(() => _harness.Dispatcher.Pending == 1, () => "one is acknowledged");
        Assert.Equal("the first list is being delivered", _harness.State.NotReady);

        calls[1].Acknowledge();
        await _harness.DoneAsync();
        await Limit.UntilAsync(() => _harness.State.NotReady is null, () => "the feed is ready");
    }

    [Fact]
    public void A_feed_with_nothing_to_deliver_is_ready_with_its_first_list()
    {
        Assert.NotNull(_harness.State.NotReady);
        _harness.State.Listed(1);

        _cache.Replace([Widget("a", 5, null)], 10);

        Assert.Null(_harness.State.NotReady);
    }

    /// <summary>Grains may be faster than the list is taken in: that they are through with its beginning says nothing.</summary>
    [Fact]
    public async Task The_feed_is_not_ready_while_its_first_list_is_being_taken_in()
    {
        string? between = null;
        var widgets = _harness.Grains.Widgets;
        var cache = Cache(widgets with
        {
            Route = snapshot =>
            {
                if (snapshot.Key.Name == "b")
                {
                    // The first object has been acknowledged before the second is looked at.
                    Assert.True(SpinWait.SpinUntil(() => _harness.Backlog.Pending <= 1 && _harness.Dispatcher.Pending == 0, TimeSpan.FromSeconds(60)));
                    between = _harness.State.NotReady;
                }

                return widgets.Route(snapshot);
            },
        });
        _harness.State.Listed(2);
        var first = _harness.Grains.AcknowledgeAsync("a@5 to g");

        await Task.Run(() => cache.Replace([Widget("a", 5), Widget("b", 7)], 10), TestContext.Current.CancellationToken);
        await first;

        Assert.Equal("the first list is being delivered", between);
        await _harness.Grains.AcknowledgeAsync("b@7 to g");
        await Limit.UntilAsync(() => _harness.State.NotReady is null, () => "the feed is ready");
    }

    private static TestSnapshot Widget(string name, long version, string? owner = "g") => TestSnapshot.Of(name, version, owner);

    private static async Task<List<string>> TakeAsync(DispatcherHarness harness)
    {
        var heard = new List<string>();
        for (var pending = harness.Dispatcher.Pending; pending > 0; pending--)
        {
            var call = await harness.Grains.NextAsync();
            heard.Add($"{call.Observation.Cause} {call}");
            call.Acknowledge();
        }

        await harness.DoneAsync();
        return heard;
    }

    private ObjectCache Cache(FeedDefinition definition) => new(new Feed(definition, UidRange.Whole, null), _harness.Dispatcher, _harness.Backlog);

    /// <summary>Acknowledges what is delivered; it must be just this, in any order.</summary>
    private async Task HeardAsync(params string[] expected) => Assert.Equal(expected, (await TakeAsync(_harness)).Order());

    private void AssertHolds(params string[] expected)
    {
        Assert.Equal(expected, _cache.Snapshot().Select(snapshot => snapshot.ToString()).Order());
        Assert.Equal(expected.Length, _cache.Count);
    }
}
