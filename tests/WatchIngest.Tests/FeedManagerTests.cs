using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests;

/// <summary>Which feeds a silo runs, and when it delivers again what it knows.</summary>
public sealed class FeedManagerTests : IAsyncDisposable
{
    /// <summary>How long a feed is still run after another silo has taken it over.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    /// <summary>How often owners look whether they may go.</summary>
    private static readonly TimeSpan OwnedPoll = TimeSpan.FromMilliseconds(20);

    private readonly TestClock _clock = new();
    private readonly Measured _meters = new();
    private readonly TestGrains _grains = new();
    private readonly ScriptedApi _api = new();
    private readonly TestMembership _membership = new();
    private readonly Dispatcher _dispatcher;
    private FeedManager? _manager;

    public FeedManagerTests()
    {
        // The definitions of the tests find their grains themselves.
        IGrainFactory none = null!;
        _dispatcher = new Dispatcher(none, Options, new WatchIngestMetrics(_meters), _clock, NullLogger<Dispatcher>.Instance);
    }

    private static IOptions<WatchIngestOptions> Options { get; } =
        Microsoft.Extensions.Options.Options.Create(new WatchIngestOptions { ResyncPeriod = TimeSpan.FromHours(1) });

    /// <summary>A silo that takes the feed of widgets from silo 1 when it comes.</summary>
    private static int Taker { get; } = Enumerable.Range(2, 100).First(host => OwnerAmong(1, host) == host);

    /// <summary>A silo that leaves it with silo 1.</summary>
    private static int Other { get; } = Enumerable.Range(2, 100).First(host => OwnerAmong(1, host) == 1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_runs_nothing_before_it_is_a_member()
    {
        var manager = await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Joining));
        Assert.Equal(["the feeds have not started"], manager.NotReady());

        _membership.Tell((1, SiloStatus.Active), (Taker, SiloStatus.Dead));

        await _api.ListAsync();
        Assert.Equal(["widgets.example.com: the first list has not come"], manager.NotReady());
    }

    [Fact]
    public async Task It_is_ready_when_its_first_lists_have_been_acknowledged()
    {
        var manager = await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active));
        (await _api.ListAsync()).Return(Frames.List(10, TestSnapshot.Of("a", 5, "g")));
        var call = await _grains.NextAsync("a@5 to g");
        Assert.Equal(["widgets.example.com: the first list is being delivered"], manager.NotReady());

        call.Acknowledge();

        await Limit.UntilAsync(() => manager.NotReady().Count == 0, () => "the silo is ready");
    }

    [Fact]
    public async Task Owned_objects_are_listed_before_their_owners()
    {
        await StartAsync(_grains.Widgets, _grains.OwnedParts);
        _membership.Tell((1, SiloStatus.Active));
        var parts = await _api.ListAsync();
        Assert.EndsWith("/parts", parts.Path, StringComparison.Ordinal);
        await _clock.TimerAsync(OwnedPoll);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_api.IsAsked);

        // What is listed is queued, and goes before what is listed after it.
        parts.Return(Frames.List(10, TestSnapshot.Of("p", 5, "g")));
        await _api.WatchAsync(10);
        await AskedAsync();

        Assert.EndsWith("/widgets", (await _api.ListAsync()).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owned_objects_that_cannot_be_listed_hold_their_owners_up_for_10_s_only()
    {
        await StartAsync(_grains.Widgets, _grains.OwnedParts);
        _membership.Tell((1, SiloStatus.Active));
        Assert.EndsWith("/parts", (await _api.ListAsync()).Path, StringComparison.Ordinal);
        await _clock.TimerAsync(OwnedPoll);

        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(_api.IsAsked);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await AskedAsync();

        Assert.EndsWith("/widgets", (await _api.ListAsync()).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_moves_to_a_silo_that_comes_and_back_when_it_goes()
    {
        var manager = await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active));
        var watch = await ListAndWatchAsync();
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));
        await ExpectAsync("a@11 to g", ObservationCause.Change);

        _clock.Forget();
        _membership.Tell((1, SiloStatus.Active), (Taker, SiloStatus.Active));
        await _clock.TimerAsync(Overlap);
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 12, "g")));
        await ExpectAsync("a@12 to g", ObservationCause.Change);
        Assert.False(watch.IsGivenUp);
        _clock.Advance(Overlap);
        await Limit.UntilAsync(() => watch.IsGivenUp, () => "the feed is left to the other silo");
        await Limit.UntilAsync(() => manager.NotReady().Count == 0, () => "a silo without feeds is ready");

        _membership.Tell((1, SiloStatus.Active), (Taker, SiloStatus.ShuttingDown));
        await _api.ListAsync();
    }

    [Fact]
    public async Task A_feed_that_comes_back_at_once_goes_on_as_if_nothing_had_been()
    {
        await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active));
        var watch = await ListAndWatchAsync();
        _clock.Forget();
        _membership.Tell((1, SiloStatus.Active), (Taker, SiloStatus.Active));
        await _clock.TimerAsync(Overlap);

        _membership.Tell((1, SiloStatus.Active), (Taker, SiloStatus.Dead));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
        _clock.Advance(Overlap);
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);

        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));
        await ExpectAsync("a@11 to g", ObservationCause.Change);
        Assert.False(watch.IsGivenUp);
        Assert.False(_api.IsAsked);
    }

    [Fact]
    public async Task A_silo_that_takes_nothing_changes_nothing()
    {
        await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active));
        var watch = await ListAndWatchAsync();

        _membership.Tell((1, SiloStatus.Active), (Other, SiloStatus.Active));
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));

        await _grains.AcknowledgeAsync("a@11 to g");
        Assert.False(watch.IsGivenUp);
        Assert.False(_grains.IsCalled);
    }

    /// <summary>Its grains live elsewhere then, and know nothing.</summary>
    [Fact]
    public async Task When_a_silo_has_gone_everything_is_delivered_at_once_and_2_s_and_10_s_and_30_s_later()
    {
        await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active), (Other, SiloStatus.Active));
        await ListAndWatchAsync();
        _clock.Forget();

        _membership.Tell((1, SiloStatus.Active), (Other, SiloStatus.Dead));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
        await _clock.TimerAsync(TimeSpan.FromSeconds(2));
        Assert.False(_grains.IsCalled);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
        await _clock.TimerAsync(TimeSpan.FromSeconds(8));
        Assert.False(_grains.IsCalled);

        _clock.Advance(TimeSpan.FromSeconds(8));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
        await _clock.TimerAsync(TimeSpan.FromSeconds(20));
        Assert.False(_grains.IsCalled);

        _clock.Advance(TimeSpan.FromSeconds(20));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
    }

    /// <summary>Grains move then, and what one was told on the way may be lost.</summary>
    [Fact]
    public async Task When_a_silo_has_come_everything_is_delivered_2_s_later()
    {
        await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active));
        await ListAndWatchAsync();
        _clock.Forget();

        _membership.Tell((1, SiloStatus.Active), (Other, SiloStatus.Active));
        await _clock.TimerAsync(TimeSpan.FromSeconds(2));
        Assert.False(_grains.IsCalled);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
    }

    /// <summary>Grains elsewhere know what the silo before has told them; what is gone since then leaves no trace in a list.</summary>
    [Fact]
    public async Task The_first_list_is_told_to_the_grains_that_are_active()
    {
        await StartAsync(_grains.Widgets with { ActiveGrains = _ => Task.FromResult<IReadOnlyList<ObjectKey>>([new("ns", "g"), new("ns", "gone")]) });
        _membership.Tell((1, SiloStatus.Active));
        await ListAndWatchAsync();

        await Limit.UntilAsync(() => _grains.Lists.Count == 2, () => "two lists");

        Assert.Equal(
            [(new("ns", "g"), "widgets.example.com@10: uid-a"), (new("ns", "gone"), "widgets.example.com@10: ")],
            _grains.Lists.Select(told => (told.Grain, $"{told.List.Resource}@{told.List.Version}: {string.Join(',', told.List.Uids)}")).OrderBy(told => told.Grain.Name));
    }

    [Fact]
    public async Task Within_a_resync_period_everything_is_delivered_again()
    {
        await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active));
        await ListAndWatchAsync();

        await Limit.UntilAsync(
            () =>
            {
                _clock.Advance(Options.Value.ResyncPeriod / 20);
                return _grains.IsCalled;
            },
            () => "a resync");

        Assert.Equal(ObservationCause.Resync, (await _grains.NextAsync("a@5 to g")).Observation.Cause);
    }

    [Fact]
    public async Task A_stop_ends_the_feeds_and_waits_for_calls_under_way()
    {
        var manager = await StartAsync(_grains.Widgets);
        _membership.Tell((1, SiloStatus.Active));
        var watch = await ListAndWatchAsync();
        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11, "g")));
        var call = await _grains.NextAsync("a@11 to g");

        var stopped = manager.StopAsync(Cancelled);
        await Limit.UntilAsync(() => watch.IsGivenUp, () => "the watch is closed");
        Assert.False(stopped.IsCompleted);
        call.Acknowledge();

        await stopped.EndsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_manager is not null)
        {
            while (_grains.IsCalled)
                (await _grains.NextAsync()).Acknowledge();
            using var impatient = new CancellationTokenSource();
            var stopped = _manager.StopAsync(impatient.Token);
            await impatient.CancelAsync();
            await stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _manager.Dispose();
        }

        _dispatcher.Dispose();
        _meters.Dispose();
    }

    private static int OwnerAmong(params int[] hosts) =>
        hosts.Single(host => TestMembership.Silo(host).ToParsableString()
            == Rendezvous.OwnerOf("widgets.example.com", hosts.Select(other => TestMembership.Silo(other).ToParsableString())));

    private async Task<FeedManager> StartAsync(params FeedDefinition[] definitions)
    {
        _manager = new FeedManager(
            definitions, _dispatcher, new ListAnnouncer(null!, _clock, NullLogger<ListAnnouncer>.Instance), _api, _membership, _membership, Options, new WatchIngestMetrics(_meters), _clock, NullLogger<FeedManager>.Instance);
        await _manager.StartAsync(Cancelled);
        return _manager;
    }

    /// <summary>Gives the feed its one object, a@5 of grain g, and opens its watch.</summary>
    private async Task<ScriptedStream> ListAndWatchAsync()
    {
        (await _api.ListAsync()).Return(Frames.List(10, TestSnapshot.Of("a", 5, "g")));
        await ExpectAsync("a@5 to g", ObservationCause.Backlog);
        return (await _api.WatchAsync(10)).Open();
    }

    private async Task ExpectAsync(string call, ObservationCause cause)
    {
        var next = await _grains.NextAsync(call);
        Assert.Equal(cause, next.Observation.Cause);
        next.Acknowledge();
        await Limit.UntilAsync(() => _dispatcher.Pending == 0, () => "it is acknowledged");
    }

    private Task AskedAsync() => Limit.UntilAsync(
        () =>
        {
            _clock.Advance(OwnedPoll);
            return _api.IsAsked;
        },
        () => "another request");
}
