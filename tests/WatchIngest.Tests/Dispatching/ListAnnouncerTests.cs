using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Dispatching;

/// <summary>What grains are told of the first list of a feed.</summary>
public sealed class ListAnnouncerTests
{
    private readonly TestClock _clock = new();
    private readonly TestGrains _grains = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grain_is_told_the_objects_that_are_routed_to_it()
    {
        await AnnounceAsync(Feed(Active("g", "h")), TestSnapshot.Of("a", 5, "g"), TestSnapshot.Of("b", 6, "h"), TestSnapshot.Of("c", 7, "g"));

        Assert.Equal(["g: uid-a,uid-c", "h: uid-b"], Told());
    }

    [Fact]
    public async Task A_feed_of_one_namespace_says_nothing_to_grains_of_others()
    {
        await AnnounceAsync(Feed(Active("g"), ns: "other"));

        Assert.Empty(Told());
    }

    [Fact]
    public async Task Silos_that_do_not_answer_are_asked_again()
    {
        var asked = 0;
        var feed = Feed(definition => definition with
        {
            ActiveGrains = _ => ++asked == 1
                ? throw new SiloUnavailableException("it has just died")
                : Task.FromResult<IReadOnlyList<ObjectKey>>([new("ns", "g")]),
        });

        var announcement = AnnounceAsync(feed);
        await _clock.TimerAsync(TimeSpan.FromMilliseconds(50));
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        await announcement;

        Assert.Equal(["g: "], Told());
    }

    [Fact]
    public async Task A_stopped_feed_tells_nothing_more()
    {
        using var stop = new CancellationTokenSource();
        var feed = Feed(definition => definition with { ActiveGrains = _ => throw new SiloUnavailableException("it has died") });

        var announcement = Announcer().AnnounceAsync(feed, [], 10, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => announcement);
    }

    private static Func<FeedDefinition, FeedDefinition> Active(params string[] names) =>
        definition => definition with { ActiveGrains = _ => Task.FromResult<IReadOnlyList<ObjectKey>>([.. names.Select(name => new ObjectKey("ns", name))]) };

    private Feed Feed(Func<FeedDefinition, FeedDefinition> change, string? ns = null) => new(change(_grains.Widgets), UidRange.Whole, ns);

    private ListAnnouncer Announcer() => new(null!, _clock, NullLogger<ListAnnouncer>.Instance);

    private Task AnnounceAsync(Feed feed, params ResourceSnapshot[] objects) => Announcer().AnnounceAsync(feed, objects, 10, Cancelled);

    private IEnumerable<string> Told() => _grains.Lists.Select(told => $"{told.Grain.Name}: {string.Join(',', told.List.Uids)}").Order(StringComparer.Ordinal);
}
