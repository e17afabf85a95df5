using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Reflecting;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Dispatching;

/// <summary>What a feed has, what it dispatches, and what it finds missing where grains know something else.</summary>
public sealed class ObjectCacheTests : IDisposable
{
    private static readonly SiloAddress Silo = TestMembership.Silo(1);
    private static readonly Homes Homes = new([Silo]);
    private static readonly IReadOnlySet<(ObjectKey, string, long?)> NothingTold = new HashSet<(ObjectKey, string, long?)>();

    private readonly DispatcherHarness _harness = new();
    private readonly ObjectCache _cache;

    public ObjectCacheTests() => _cache = new ObjectCache(new Feed(_harness.Grains.Widgets, UidRange.Whole, null), _harness.Dispatcher) { Delivers = true };

    public void Dispose() => _harness.Dispose();

    /// <summary>What of it grains lack, a comparison finds: most often nothing.</summary>
    [Fact]
    public void A_first_list_is_dispatched_to_nobody()
    {
        _cache.Replace([Widget("a", 5), Widget("b", 7)], [], 10);

        Assert.Equal(0, _harness.Dispatcher.Pending);
        Assert.Equal(2, _cache.Count);
        Assert.Equal(["Backlog a@5 to g", "Backlog b@7 to g"], Missing());
    }

    [Fact]
    public async Task A_later_list_replaces_everything_and_what_it_lacks_becomes_a_tombstone()
    {
        _cache.Replace([Widget("same", 5), Widget("changed", 6), Widget("gone", 7)], [], 10);

        _cache.Replace([Widget("same", 5), Widget("changed", 15), Widget("new", 16)], [], 20);

        await HeardAsync("Backlog changed@15 to g", "Backlog deleted gone to g", "Backlog new@16 to g");
        Assert.Equal(3, _cache.Count);
    }

    [Fact]
    public async Task An_empty_list_leaves_nothing()
    {
        _cache.Replace([Widget("a", 5), Widget("b", 7)], [], 10);

        _cache.Replace([], [], 20);

        await HeardAsync("Backlog deleted a to g", "Backlog deleted b to g");
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task A_successor_of_the_same_name_takes_its_place_and_the_predecessor_is_told_to_be_gone()
    {
        _cache.Replace([Widget("a", 5)], [], 10);

        _cache.Replace([TestSnapshot.Of("a", 15, "g", uid: "another")], [], 20);
        await HeardAsync("Backlog a@15 to g", "Backlog deleted a to g");

        _cache.Upsert(TestSnapshot.Of("a", 25, "g", uid: "a third"));
        await HeardAsync("Change a@25 to g", "Change deleted a to g");
    }

    [Fact]
    public async Task Changes_are_dispatched_and_what_is_known_already_is_not()
    {
        _cache.Upsert(Widget("a", 5));
        await HeardAsync("Change a@5 to g");

        _cache.Upsert(Widget("a", 5));
        Assert.Equal(0, _harness.Dispatcher.Pending);

        _cache.Upsert(Widget("a", 6));
        await HeardAsync("Change a@6 to g");
    }

    [Fact]
    public async Task A_deletion_is_dispatched_as_a_tombstone_known_or_not()
    {
        _cache.Upsert(Widget("a", 5));
        await HeardAsync("Change a@5 to g");

        Delete(Widget("a", 8));
        await HeardAsync("Change deleted a to g");
        Delete(Widget("b", 9));
        await HeardAsync("Change deleted b to g");
        Assert.Equal(0, _cache.Count);
    }

    /// <summary>After a restore of etcd versions go back; a list is right, whatever was seen before.</summary>
    [Fact]
    public async Task A_list_with_an_older_version_replaces_a_newer_one()
    {
        _cache.Replace([Widget("a", 50)], [], 60);

        _cache.Replace([Widget("a", 20)], [], 30);

        await HeardAsync("Backlog a@20 to g");
    }

    [Fact]
    public async Task A_late_deletion_of_the_predecessor_leaves_the_successor()
    {
        _cache.Upsert(TestSnapshot.Of("a", 15, "g", uid: "another"));
        await HeardAsync("Change a@15 to g");

        Delete(Widget("a", 8));

        await HeardAsync("Change deleted a to g");
        Assert.Equal(1, _cache.Count);
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
        Delete(Widget("a", 9, "h"));
        await HeardAsync("Change deleted a to g", "Change deleted a to h");
    }

    [Fact]
    public void What_concerns_no_grain_is_kept_and_told_to_nobody()
    {
        _cache.Replace([Widget("a", 5, null)], [], 10);
        _cache.Upsert(Widget("b", 11, null));

        Assert.Equal(0, _harness.Dispatcher.Pending);
        Assert.Equal(2, _cache.Count);
        Assert.Empty(Missing());
    }

    [Fact]
    public void A_feed_that_is_only_kept_warm_dispatches_nothing()
    {
        _cache.Delivers = false;

        _cache.Upsert(Widget("a", 5));
        Delete(Widget("a", 6));

        Assert.Equal(0, _harness.Dispatcher.Pending);
    }

    [Fact]
    public void Grains_that_know_what_there_is_lack_nothing_and_have_the_same_digest()
    {
        _cache.Replace([Widget("a", 5), Widget("b", 7, "h"), Widget("c", 8, null)], [], 10);
        var known = new Buckets();
        known.Add(Grain("g"), "uid-a", 5);
        known.Add(Grain("h"), "uid-b", 7);

        Assert.Empty(known.Differing(_cache.Digest(Homes, Silo)));
        Assert.Empty(Missing(Known("g", "a", 5), Known("h", "b", 7)));
    }

    [Fact]
    public void A_change_changes_the_digest()
    {
        _cache.Replace([Widget("a", 5)], [], 10);
        var before = _cache.Digest(Homes, Silo);

        _cache.Upsert(Widget("a", 11));

        Assert.NotEqual(before.AsEnumerable(), _cache.Digest(Homes, Silo));
    }

    [Theory]
    [InlineData(4, "Backlog a@5 to g")]
    [InlineData(5, null)]

    // The answer to its own write comes before the event.
    [InlineData(21, null)]

    // Everything up to 20 has been seen, so that there is no version 12 of it, or not any more.
    [InlineData(12, "Contradiction a@5 to g")]
    public void A_grain_is_told_what_it_knows_an_older_version_of(long known, string? told)
    {
        _cache.Replace([Widget("a", 5)], [], 10);
        _cache.Reached(20);

        Assert.Equal(told is null ? [] : [told], Missing(Known("g", "a", known)));
    }

    [Theory]
    [InlineData(5, "Backlog deleted gone to g")]
    [InlineData(20, "Backlog deleted gone to g")]

    // It may have been created since.
    [InlineData(21, null)]
    public void What_a_grain_knows_and_the_feed_would_have_seen_is_gone(long known, string? told)
    {
        _cache.Replace([Widget("a", 5)], [], 10);
        _cache.Reached(20);

        Assert.Equal(told is null ? [] : [told], Missing(Known("g", "a", 5), Known("g", "gone", known)));
    }

    [Fact]
    public void The_predecessor_of_an_object_is_gone()
    {
        _cache.Replace([TestSnapshot.Of("a", 8, "g", uid: "another")], [], 10);

        Assert.Equal(["Backlog a@8 to g", "Backlog deleted a to g"], Missing(Known("g", "a", 5)));
    }

    [Fact]
    public void A_grain_that_an_object_has_left_is_told_its_newest_state()
    {
        _cache.Replace([Widget("a", 8, "h")], [], 10);

        Assert.Equal(["Backlog a@8 to g"], Missing(Known("g", "a", 5), Known("h", "a", 8)));
    }

    /// <summary>Its grain has left, or is about to.</summary>
    [Fact]
    public void An_owner_that_is_being_deleted_is_told_only_where_it_is_not_known_to_be()
    {
        _cache.Replace([Widget("a", 8) with { Deleting = true }], [], 10);

        Assert.Empty(Missing());
        Assert.Equal(["Backlog a@8 to g"], Missing(Known("g", "a", 5)));
        Assert.Empty(new Buckets().Differing(_cache.Digest(Homes, Silo)));
    }

    [Fact]
    public void A_grain_that_still_lacks_what_it_was_told_knows_something_that_contradicts_it()
    {
        _cache.Replace([Widget("a", 5)], [], 10);

        var missing = _cache.Missing(Homes, Silo, All(), new HashSet<(ObjectKey, string, long?)> { (Grain("g"), "uid-a", 5) });

        Assert.Equal(ObservationCause.Contradiction, Assert.Single(missing).Observation.Cause);
    }

    [Fact]
    public void An_object_that_cannot_be_read_is_not_gone()
    {
        _cache.Replace([], [new ObjectMeta(new ObjectKey("ns", "odd"), "uid-odd", 6)], 10);

        Assert.Empty(Missing(Known("g", "odd", 5)));
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_keeps_its_last_readable_state()
    {
        _cache.Replace([Widget("odd", 5)], [], 10);
        _cache.Unreadable(new ObjectMeta(new ObjectKey("ns", "odd"), "uid-odd", 11));
        _cache.Replace([], [new ObjectMeta(new ObjectKey("ns", "odd"), "uid-odd", 11)], 20);
        Assert.Equal((0, 1), (_harness.Dispatcher.Pending, _cache.Count));

        _cache.Delete(new ObjectMeta(new ObjectKey("ns", "odd"), "uid-odd", 21), null);

        await HeardAsync("Change deleted odd to g");
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void Only_what_lives_on_a_silo_is_missing_there()
    {
        var homes = new Homes([Silo, TestMembership.Silo(2)]);
        string[] grains = [.. Enumerable.Range(0, 20).Select(i => $"g{i}")];
        _cache.Replace([.. grains.Select(grain => Widget($"of-{grain}", 5, grain))], [], 10);

        var missing = homes.Silos.ToDictionary(silo => silo, silo => _cache.Missing(homes, silo, All(), NothingTold).Select(news => news.Grain.Name).Order().ToList());

        Assert.All(missing, silo => Assert.Equal(grains.Where(grain => homes.Of(Grain(grain))!.Equals(silo.Key)).Order(), silo.Value));
    }

    private static TestSnapshot Widget(string name, long version, string? owner = "g") => TestSnapshot.Of(name, version, owner);

    private static ObjectKey Grain(string name) => new("ns", name);

    private static KnownEntry Known(string grain, string name, long version) => new(Grain(grain), new ObjectKey("ns", name), "uid-" + name, version);

    private static FeedDifference All(params KnownEntry[] entries) =>
        new() { Comparison = FeedComparison.Compared, Buckets = [.. Enumerable.Range(0, Buckets.Count)], Entries = [.. entries] };

    private IEnumerable<string> Missing(params KnownEntry[] known) =>
        from news in _cache.Missing(Homes, Silo, All(known), NothingTold)
        let text = $"{news.Observation.Cause} {news.Observation.Snapshot?.ToString() ?? $"deleted {news.Observation.Key.Name}"} to {news.Grain.Name}"
        orderby text
        select text;

    private void Delete(TestSnapshot last) => _cache.Delete(new ObjectMeta(last.Key, last.Uid, last.ResourceVersion), last);

    /// <summary>Acknowledges what is dispatched; it must be just this, in any order.</summary>
    private async Task HeardAsync(params string[] expected)
    {
        var heard = new List<string>();
        foreach (var _ in expected)
        {
            var call = await _harness.Grains.NextAsync();
            heard.Add($"{call.Observation.Cause} {call}");
            call.Acknowledge();
        }

        await _harness.DoneAsync();
        Assert.Equal(expected, heard.Order());
    }
}
