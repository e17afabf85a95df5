using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Health;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests;

/// <summary>Which feeds a silo runs, which it delivers, and what its grains are told by that: seen from silo 1.</summary>
public sealed class FeedManagerTests : IAsyncDisposable
{
    private readonly TestClock _clock = new();
    private readonly Measured _meters = new();
    private readonly TestCluster _cluster = new();
    private readonly ScriptedApi _api = new();
    private readonly TestMembership _membership = new();
    private readonly WatchIngestOptions _options = new() { StreamLists = false };
    private Dispatcher? _dispatcher;
    private FeedManager? _manager;

    /// <summary>A silo that ranks before silo 1 for the feed of widgets.</summary>
    private static int Better { get; } = Enumerable.Range(2, 100).First(host => FirstAmong(1, host) == host);

    /// <summary>A silo that ranks after it.</summary>
    private static int Worse { get; } = Enumerable.Range(2, 100).First(host => FirstAmong(1, host) == 1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string WidgetsFeed => _cluster.Widgets.Resource.QualifiedName;

    [Fact]
    public async Task It_runs_nothing_before_it_is_a_member()
    {
        var manager = await StartAsync(_cluster.Widgets);
        _membership.Tell((1, SiloStatus.Joining));
        Assert.Equal(["the feeds have not started"], manager.NotReady());

        Activate(1);

        await _api.ListAsync();
        Assert.Contains("widgets.example.com: the first list has not come", manager.NotReady());
    }

    [Fact]
    public async Task It_is_ready_when_its_grains_know_what_was_listed()
    {
        var manager = await StartAsync(_cluster.Widgets);
        var answered = new TaskCompletionSource();
        _cluster[1].Meanwhile = () => answered.Task;
        Activate(1);
        (await _api.ListAsync()).Return(Frames.List(10, TestSnapshot.Of("a", 5, "g")));
        await _api.WatchAsync(10);
        Assert.NotEmpty(manager.NotReady());

        answered.SetResult();

        await _cluster.HeardAsync("Backlog a@5 to g");
        await ReadyAsync();
    }

    [Fact]
    public async Task Owners_are_told_after_everything_they_own_however_long_its_list_takes()
    {
        await StartAsync(_cluster.Widgets, _cluster.Parts);
        Activate(1);
        var (widgets, parts) = await ListsAsync();
        widgets.Return(Frames.List(10, TestSnapshot.Of("w", 5, "g")));
        await _api.WatchAsync(10);
        await AdvanceAsync(TimeSpan.FromMinutes(4));
        Assert.False(_cluster.AnyHeard);

        parts.Return(Frames.List(10, TestSnapshot.Of("p", 6, "g")));

        await PassUntilHeardAsync("Backlog p@6 to g");
        await PassUntilHeardAsync("Backlog w@5 to g");
    }

    [Fact]
    public async Task A_feed_of_owned_objects_that_cannot_list_holds_up_their_owners_for_5_minutes_only()
    {
        await StartAsync(_cluster.Widgets, _cluster.Parts);
        Activate(1);
        var (widgets, _) = await ListsAsync();
        widgets.Return(Frames.List(10, TestSnapshot.Of("w", 5, "g")));
        await _api.WatchAsync(10);

        await AdvanceAsync(TimeSpan.FromMinutes(4));
        Assert.False(_cluster.AnyHeard);
        await PassUntilHeardAsync("Backlog w@5 to g");
    }

    [Fact]
    public async Task A_change_is_told_as_such()
    {
        await StartAsync(_cluster.Widgets);
        Activate(1);
        var watch = await ListAndWatchAsync();

        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));

        await _cluster.HeardAsync("Change a@11 to g");
    }

    [Fact]
    public async Task What_a_lost_message_would_have_told_is_told_within_the_period_gone_things_included()
    {
        await StartAsync(_cluster.Widgets);
        Activate(1);
        var watch = await ListAndWatchAsync();
        watch.Send(Frames.Added(TestSnapshot.Of("b", 11, "h")) + Frames.Deleted(TestSnapshot.Of("a", 12, "g")));
        await _cluster.HeardAsync("Change b@11 to h", "Change deleted a to g");

        _cluster[1].Forget("h");
        _cluster[1].Observe(new("ns", "g"), Grains.Interfaces.Observation.Of(WidgetsFeed, TestSnapshot.Of("a", 5, "g"), default));

        await PassUntilHeardAsync("Backlog b@11 to h", "Backlog deleted a to g");
    }

    [Fact]
    public async Task A_feed_is_delivered_until_a_better_silo_says_that_it_delivers_and_then_kept_warm()
    {
        await StartAsync(_cluster.Widgets);
        Activate(1);
        var watch = await ListAndWatchAsync();
        Activate(1, Better);
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));
        await HeardSinceAsync("a@11 to g");

        Announce(Better);
        await Limit.UntilAsync(() => !Delivers(), () => "the better silo delivers");
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 12, "g")) + Frames.Bookmark(13));
        watch.End();

        (await _api.WatchAsync(13)).Open();
        Assert.DoesNotContain("a@12", _cluster[1].Known + _cluster[Better].Known, StringComparison.Ordinal);
        Assert.False(_api.IsAsked);
    }

    [Fact]
    public async Task When_the_silo_that_delivers_goes_a_warm_one_goes_on_without_a_list()
    {
        await StartAsync(_cluster.Widgets);
        Activate(1, Better);
        Announce(Better);
        var watch = await ListAndWatchAsync(heard: false);
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")) + Frames.Bookmark(12));
        await Limit.UntilAsync(() => Objects() == 1, () => "the cache is warm");

        Activate(1);

        await _cluster.HeardAsync("Backlog a@11 to g");
        Assert.False(_api.IsAsked);
        await ReadyAsync();
    }

    [Fact]
    public async Task Without_standbys_a_feed_is_run_by_one_silo()
    {
        _options.Standbys = 0;
        await StartAsync(_cluster.Widgets);
        Activate(1);
        var watch = await ListAndWatchAsync();

        Activate(1, Better);
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));
        await HeardSinceAsync("a@11 to g");
        Announce(Better);

        await Limit.UntilAsync(() => watch.IsGivenUp, () => "the feed is left to the other silo");
    }

    [Fact]
    public async Task A_silo_that_ranks_behind_the_standbys_runs_nothing()
    {
        _options.Standbys = 0;
        await StartAsync(_cluster.Widgets);
        Activate(1, Better);
        await AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.False(_api.IsAsked);
    }

    /// <summary>Otherwise nobody would run it while a change of the configuration is rolled out, and everybody would be ready.</summary>
    [Fact]
    public async Task A_feed_that_a_better_silo_does_not_know_is_run_and_delivered_here()
    {
        _options.Standbys = 0;
        await StartAsync(_cluster.Widgets);
        _cluster.Add(Better, _clock, _cluster.Widgets with { Ranges = 4 });

        Activate(1, Better);

        await ListAndWatchAsync();
    }

    [Fact]
    public async Task A_feed_is_run_here_when_a_better_silo_cannot_be_asked_whether_it_knows_it()
    {
        _options.Standbys = 0;
        await StartAsync(_cluster.Widgets);
        _cluster.Add(Better, _clock, _cluster.Widgets).Meanwhile = () => Task.FromException(new NotSupportedException("an older version"));

        Activate(1, Better);

        await _api.ListAsync();
    }

    /// <summary>As when the connection between two silos is cut, while both reach the API server and the others.</summary>
    [Fact]
    public async Task A_silo_that_does_not_hear_of_the_one_that_delivers_for_15_s_helps_itself()
    {
        _options.Standbys = 0;
        await StartAsync(_cluster.Widgets);
        Activate(1, Better);
        for (var second = 0; second < 20; second++)
        {
            Announce(Better);
            await AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.False(_api.IsAsked);
        await Limit.UntilAsync(() => Passes(() => _api.IsAsked), () => "it helps itself");

        var watch = await ListAndWatchAsync();
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));
        await HeardSinceAsync("a@11 to g");
        Announce(Better);
        await Limit.UntilAsync(() => watch.IsGivenUp, () => "the better silo is heard again");
    }

    [Fact]
    public async Task A_new_silo_is_told_its_share_and_the_old_home_drops_it()
    {
        await StartAsync(_cluster.Widgets);
        Activate(1);
        string[] grains = [.. Enumerable.Range(0, 20).Select(i => $"g{i}")];
        (await _api.ListAsync()).Return(Frames.List(10, [.. grains.Select((grain, i) => TestSnapshot.Of($"w{i}", i + 1, grain))]));
        await _cluster.HeardAsync([.. grains.Select((grain, i) => $"Backlog w{i}@{i + 1} to {grain}")]);
        (await _api.WatchAsync(10)).Open();

        Activate(1, Worse);

        string[] moved = [.. grains.Where(grain => _cluster.Homes.Of(new Grains.Interfaces.ObjectKey("ns", grain))!.Equals(TestMembership.Silo(Worse)))];
        Assert.NotEmpty(moved);
        await _cluster.HeardAsync([.. moved.Select(grain => $"Backlog w{grain[1..]}@{int.Parse(grain[1..], System.Globalization.CultureInfo.InvariantCulture) + 1} to {grain}")]);
        Assert.Equal(grains.Length - moved.Length, _cluster[1].All.Count());
        Assert.False(_api.IsAsked);
    }

    [Fact]
    public async Task A_silo_that_hangs_holds_up_nobody_elses_share()
    {
        await StartAsync(_cluster.Widgets);
        _cluster.Add(Worse, _clock, _cluster.Widgets).Meanwhile = () => new TaskCompletionSource().Task;
        Activate(1, Worse);
        var mine = Enumerable.Range(0, 100).Select(i => $"g{i}").First(grain => _cluster.Homes.Of(new Grains.Interfaces.ObjectKey("ns", grain))!.Equals(TestMembership.Silo(1)));

        (await _api.ListAsync()).Return(Frames.List(10, TestSnapshot.Of("a", 5, mine)));

        await _cluster.HeardAsync($"Backlog a@5 to {mine}");
    }

    [Fact]
    public async Task A_stop_ends_the_feeds()
    {
        var manager = await StartAsync(_cluster.Widgets);
        Activate(1);
        var watch = await ListAndWatchAsync();
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));
        await HeardSinceAsync("a@11 to g");

        await manager.StopAsync(Cancelled).EndsAsync();

        Assert.True(watch.IsGivenUp);
    }

    public async ValueTask DisposeAsync()
    {
        if (_manager is not null)
        {
            await _manager.StopAsync(CancellationToken.None).EndsAsync();
            _manager.Dispose();
        }

        _dispatcher?.Dispose();
        _meters.Dispose();
    }

    private static int FirstAmong(params int[] hosts)
    {
        var first = new Homes(hosts.Select(TestMembership.Silo)).Ranked(Widgets.Resource.QualifiedName)[0];
        return hosts.Single(host => TestMembership.Silo(host).Equals(first));
    }

    private async Task<FeedManager> StartAsync(params FeedDefinition[] definitions)
    {
        var metrics = new WatchIngestMetrics(_meters);
        var options = Options.Create(_options);
        var silo = _cluster.Add(1, _clock, definitions);

        // The definitions of the tests find their grains themselves.
        _dispatcher = new Dispatcher(null!, options, metrics, _clock, NullLogger<Dispatcher>.Instance);
        var services = new IngestServices(
            _membership, _api, _dispatcher, _cluster, new Supervisor(metrics, _clock, NullLogger<Supervisor>.Instance), options, metrics, _clock, NullLogger<IngestServices>.Instance);
        _manager = new FeedManager(definitions, services, silo.Feeds, silo, _membership, NullLogger<FeedManager>.Instance);
        await _manager.StartAsync(Cancelled);
        return _manager;
    }

    private void Activate(params int[] hosts)
    {
        foreach (var host in hosts.Where(host => !Has(host)))
            _cluster.Add(host, _clock, _cluster.Widgets);
        _cluster.Activate(hosts);
        _membership.Tell([.. hosts.Select(host => (host, SiloStatus.Active))]);
    }

    private bool Has(int host)
    {
        try
        {
            return _cluster[host] is not null;
        }
        catch (KeyNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Another silo compares with silo 1, by which it says that it delivers the feed.</summary>
    private void Announce(int host) => _ = _cluster[1].Feeds.CompareAsync(new FeedDigest
    {
        Scope = FeedScope.Of(Feed.Of([_cluster.Widgets]).Single()),
        Deliverer = TestMembership.Silo(host),
        Homes = 0,
        Buckets = [.. new ulong[Buckets.Count]],
    });

    private bool Delivers() => Gauge("reflector_delivers") == 1;

    private double? Objects() => Gauge("reflector_objects");

    private double? Gauge(string name) => _meters[$"{name} feed=widgets.example.com resource=widgets"];

    /// <summary>Gives the feed its one object, a@5 of grain g, and opens its watch.</summary>
    private async Task<ScriptedStream> ListAndWatchAsync(bool heard = true)
    {
        (await _api.ListAsync()).Return(Frames.List(10, TestSnapshot.Of("a", 5, "g")));
        if (heard)
            await HeardSinceAsync("a@5 to g");
        return (await _api.WatchAsync(10)).Open();
    }

    private async Task<(ScriptedApi.Call Widgets, ScriptedApi.Call Parts)> ListsAsync()
    {
        var (first, second) = (await _api.ListAsync(), await _api.ListAsync());
        return first.Path.EndsWith("/widgets", StringComparison.Ordinal) ? (first, second) : (second, first);
    }

    /// <summary>Waits until a grain hears something, whatever others hear before, by change or by comparison.</summary>
    private async Task HeardSinceAsync(string what)
    {
        while (!(await _cluster.HeardAsync()).EndsWith(what, StringComparison.Ordinal))
        {
            // Something else.
        }
    }

    private async Task AdvanceAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(0.5))
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Yield();
        }
    }

    private bool Passes(Func<bool> holds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        return holds();
    }

    /// <summary>Lets time pass until grains hear just this, in any order.</summary>
    private async Task PassUntilHeardAsync(params string[] expected)
    {
        var heard = new List<string>();
        foreach (var _ in expected)
        {
            await Limit.UntilAsync(() => Passes(() => _cluster.AnyHeard), () => "a grain is told something");
            heard.Add(await _cluster.HeardAsync());
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), heard.Order(StringComparer.Ordinal));
    }

    private Task ReadyAsync() => Limit.UntilAsync(
        () => Passes(() => _manager!.NotReady().Count == 0),
        () => $"the silo is ready: {string.Join("; ", _manager!.NotReady())}");
}
