using System.Globalization;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

/// <summary>What a reflector asks for, and what it makes of the answers while all is well.</summary>
public sealed class ReflectorTests
{
    private static readonly TestSnapshot A = TestSnapshot.Of("a", 5);
    private static readonly TestSnapshot B = TestSnapshot.Of("b", 7);
    private static readonly TestSnapshot C = TestSnapshot.Of("c", 9);

    private static IEnumerable<string> Uids => Enumerable.Range(0, 100).Select(i => $"{i:x8}-7a0c-4d3e-9f0b-2f6b1c1d0e5a");

    [Fact]
    public async Task It_lists_in_pages_and_hands_them_on_as_one()
    {
        await using var reflector = new ReflectorHarness(pageSize: 2);

        var first = await reflector.Api.ListAsync();
        Assert.Equal("/apis/example.com/v1/widgets", first.Path);
        Assert.Equal(("2", null, null), (first.Query("limit"), first.Query("continue"), first.Query("shardSelector")));
        first.Return(Frames.Page(10, "token/+=&", A, B));

        var second = await reflector.Api.ListAsync();
        Assert.Equal(("2", "token/+=&"), (second.Query("limit"), second.Query("continue")));
        Assert.True(reflector.Sink.IsEmpty);
        second.Return(Frames.Page(10, null, C));

        Assert.Equal("list 10: a@5 b@7 c@9", await reflector.Sink.NextAsync());
    }

    [Fact]
    public async Task It_watches_from_the_version_of_the_list_with_bookmarks_for_5_to_10_minutes()
    {
        await using var reflector = new ReflectorHarness(ns: "team");
        (await reflector.Api.ListAsync()).Return(Frames.List(10, A));

        var watch = await reflector.Api.WatchAsync(10);

        Assert.Equal("/apis/example.com/v1/namespaces/team/widgets", watch.Path);
        Assert.Equal(("true", "true"), (watch.Query("watch"), watch.Query("allowWatchBookmarks")));
        Assert.InRange(int.Parse(watch.Query("timeoutSeconds")!, CultureInfo.InvariantCulture), 300, 600);
    }

    [Fact]
    public async Task Changes_are_handed_on_in_their_order()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);

        watch.Send(Frames.Added(TestSnapshot.Of("b", 11)) + Frames.Modified(TestSnapshot.Of("a", 12))).Send(Frames.Deleted(TestSnapshot.Of("b", 13)));

        Assert.Equal("upsert b@11", await reflector.Sink.NextAsync());
        Assert.Equal("upsert a@12", await reflector.Sink.NextAsync());
        Assert.Equal("delete b@13", await reflector.Sink.NextAsync());
    }

    [Fact]
    public async Task A_watch_that_ends_as_it_should_is_opened_again_at_once_from_the_last_version()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);

        watch.Send(Frames.Modified(TestSnapshot.Of("a", 12))).End();

        await reflector.Api.WatchAsync(12);
    }

    [Fact]
    public async Task A_bookmark_moves_the_version_and_nothing_else()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);

        watch.Send(Frames.Bookmark(4711)).End();

        await reflector.Api.WatchAsync(4711);
        Assert.True(reflector.Sink.IsEmpty);
    }

    [Fact]
    public async Task Of_a_range_it_asks_for_that_range_only()
    {
        var range = new UidRange(1, 2);
        await using var reflector = new ReflectorHarness(range);

        var list = await reflector.Api.ListAsync();
        Assert.Equal(range.Selector, list.Query("shardSelector"));
        list.Return(Frames.List(10));

        Assert.Equal(range.Selector, (await reflector.Api.WatchAsync(10)).Query("shardSelector"));
    }

    /// <summary>As servers do that do not know shard selectors: the silo then takes its part.</summary>
    [Fact]
    public async Task Objects_of_other_ranges_are_dropped_and_the_version_still_moves()
    {
        var range = new UidRange(1, 2);
        var mine = Uids.First(range.Contains);
        var foreign = Uids.First(uid => !range.Contains(uid));
        await using var reflector = new ReflectorHarness(range);

        (await reflector.Api.ListAsync()).Return(Frames.List(10, TestSnapshot.Of("a", 5, uid: foreign), TestSnapshot.Of("b", 7, uid: mine)));
        Assert.Equal("list 10: b@7", await reflector.Sink.NextAsync());

        var watch = await reflector.WatchAsync(10);
        watch.Send(Frames.Modified(TestSnapshot.Of("b", 11, uid: mine)))
            .Send(Frames.Deleted(TestSnapshot.Of("a", 12, uid: foreign)))
            .Send(Frames.Added(TestSnapshot.Of("c", 13, uid: foreign)))
            .End();

        await reflector.Api.WatchAsync(13);
        Assert.Equal("upsert b@11", await reflector.Sink.NextAsync());
        Assert.True(reflector.Sink.IsEmpty);
    }
}
