using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.KubeApi;
using OrleansOperator.WatchIngest.Dispatching;

namespace OrleansOperator.WatchIngest;

/// <summary>
/// Runs the feeds that are this silo's share, as long as they are: no leader, every silo computes the same from the same
/// membership. Register it after Orleans, so that it starts when the silo is active and stops before it leaves.
/// </summary>
internal sealed partial class FeedManager : BackgroundService
{
    /// <summary>Into how many parts a resync is divided, so that it is a trickle and no burst.</summary>
    private const int ResyncSlices = 20;

    /// <summary>
    /// How long owners wait at start for the objects they own to be listed. Longer than any list takes; a feed that cannot
    /// list must not hold up the others for ever.
    /// </summary>
    private static readonly TimeSpan OwnedFirst = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a feed that another silo takes over is still run by this one: longer than a silo that has just come takes to
    /// list. Feeds that run twice do no harm, and one that runs nowhere is missed.
    /// </summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan OwnedPoll = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The grain directory settles for a while after a silo has come or gone: activations go with it, or there are two for a
    /// moment, of which one takes what it was told along. So everything is delivered again after these waits, one after the
    /// other, and at once when a silo has gone. The next change begins the row anew.
    /// </summary>
    private static readonly TimeSpan[] DeliveriesAfterChange = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(20)];

    private readonly IReadOnlyList<Feed> _feeds;
    private readonly Dispatcher _dispatcher;
    private readonly ListAnnouncer _announcer;
    private readonly IKubeApi _api;
    private readonly IClusterMembershipService _membership;
    private readonly ILocalSiloDetails _silo;
    private readonly WatchIngestOptions _options;
    private readonly WatchIngestMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<FeedManager> _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FeedRunner> _running = [];
    private HashSet<string> _mine = [];
    private bool _started;

    public FeedManager(
        IEnumerable<FeedDefinition> definitions, Dispatcher dispatcher, ListAnnouncer announcer, IKubeApi api, IClusterMembershipService membership, ILocalSiloDetails silo,
        IOptions<WatchIngestOptions> options, WatchIngestMetrics metrics, TimeProvider clock, ILogger<FeedManager> logger)
    {
        _feeds = [.. Feed.Of(definitions)];
        (_dispatcher, _announcer, _api, _membership, _silo, _options, _metrics, _clock, _logger) =
            (dispatcher, announcer, api, membership, silo, options.Value, metrics, clock, logger);
        metrics.Gauges(Running, dispatcher);
    }

    /// <summary>Why this silo's feeds are not ready; empty when they are.</summary>
    public IReadOnlyList<string> NotReady()
    {
        if (!_started)
            return ["the feeds have not started"];
        return [.. Running().Where(runner => runner.State.NotReady is not null).Select(runner => $"{runner.Feed.Id}: {runner.State.NotReady}")];
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _dispatcher.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var resync = ResyncAsync(stoppingToken);
        var redelivery = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            string[] before = [];
            await foreach (var snapshot in _membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                string[] active = [.. snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress.ToParsableString()).Order(StringComparer.Ordinal)];
                if (active.Length == 0 || active.AsSpan().SequenceEqual(before))
                    continue;
                Log.Silos(_logger, active.Length, Listed(active.Except(before)), Listed(before.Except(active)));
                await AssignAsync(active, stoppingToken);
                if (before.Length > 0)
                {
                    await redelivery.CancelAsync();
                    redelivery.Dispose();
                    redelivery = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    _ = RedeliverAsync(atOnce: before.Except(active).Any(), redelivery.Token);
                }

                before = active;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; the feeds first.
        }
        finally
        {
            await redelivery.CancelAsync();
            redelivery.Dispose();
            foreach (var runner in Running())
                await StopAsync(runner);
            await resync;
        }
    }

    private static string Listed(IEnumerable<string> silos) => string.Join(", ", silos) is { Length: > 0 } list ? list : "none";

    /// <summary>Starts and stops feeds so that this silo runs its share among the active ones.</summary>
    private async Task AssignAsync(string[] active, CancellationToken stoppingToken)
    {
        var self = _silo.SiloAddress.ToParsableString();
        var mine = _feeds.Where(feed => Rendezvous.OwnerOf(feed.Id, active) == self).ToList();
        List<FeedRunner> added;
        FeedRunner[] lost;
        lock (_lock)
        {
            _mine = [.. mine.Select(feed => feed.Id)];
            lost = [.. _running.Values.Where(runner => !_mine.Contains(runner.Feed.Id))];
            added =
            [
                .. mine.Where(feed => !_running.ContainsKey(feed.Id))
                    .Select(feed => new FeedRunner(feed, _dispatcher, _announcer, _api, _options, _metrics, _clock, _logger)),
            ];
            foreach (var runner in added)
                _running[runner.Feed.Id] = runner;
            _started = true;
        }

        foreach (var runner in lost)
        {
            Log.Left(_logger, runner.Feed.Id);
            if (active.Contains(self))
                _ = StopLaterAsync(runner, stoppingToken);
            else
                await StopAsync(runner);
        }

        foreach (var runner in added.OrderByDescending(runner => runner.Feed.Definition.IsOwned))
        {
            Log.Runs(_logger, runner.Feed.Id);
            runner.Start(runner.Feed.Definition.IsOwned ? Task.CompletedTask : OwnedListedAsync());
        }
    }

    private async Task StopLaterAsync(FeedRunner runner, CancellationToken stoppingToken)
    {
        await Task.Delay(Overlap, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            // It may have come back meanwhile, or the silo stops, and all its feeds with it.
            if (stoppingToken.IsCancellationRequested || _mine.Contains(runner.Feed.Id) || !_running.ContainsValue(runner))
                return;
            _running.Remove(runner.Feed.Id);
        }

        await runner.DisposeAsync();
    }

    /// <summary>What is listed is queued before what is listed later, and goes first.</summary>
    private async Task OwnedListedAsync()
    {
        using var timer = new PeriodicTimer(OwnedPoll, _clock);
        var started = _clock.GetTimestamp();
        while (Running().Any(runner => runner.Feed.Definition.IsOwned && !runner.State.HasListed) && _clock.GetElapsedTime(started) < OwnedFirst)
            await timer.WaitForNextTickAsync();
    }

    private async Task RedeliverAsync(bool atOnce, CancellationToken cancellationToken)
    {
        try
        {
            if (atOnce)
            {
                _dispatcher.RetryNow();
                Redeliver(ObservationCause.Backlog, 0, 1);
            }

            foreach (var wait in DeliveriesAfterChange)
            {
                await Task.Delay(wait, _clock, cancellationToken);
                Redeliver(ObservationCause.Backlog, 0, 1);
            }
        }
        catch (OperationCanceledException)
        {
            // The membership has changed again, or the silo stops and the others deliver.
        }
    }

    private async Task ResyncAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.ResyncPeriod / ResyncSlices, _clock);
        try
        {
            for (var slice = 0; ; slice = (slice + 1) % ResyncSlices)
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                Redeliver(ObservationCause.Resync, slice, ResyncSlices);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private void Redeliver(ObservationCause cause, int slice, int slices)
    {
        foreach (var runner in Running().OrderByDescending(runner => runner.Feed.Definition.IsOwned))
            runner.Cache.Redeliver(cause, slice, slices);
    }

    private FeedRunner[] Running()
    {
        lock (_lock)
            return [.. _running.Values];
    }

    private async Task StopAsync(FeedRunner runner)
    {
        lock (_lock)
            _running.Remove(runner.Feed.Id);
        await runner.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Active silos: {Count}; joined: {Joined}; left: {Left}")]
        public static partial void Silos(ILogger logger, int count, string joined, string left);

        [LoggerMessage(LogLevel.Information, "This silo runs feed {Feed}")]
        public static partial void Runs(ILogger logger, string feed);

        [LoggerMessage(LogLevel.Information, "Feed {Feed} is now run by another silo")]
        public static partial void Left(ILogger logger, string feed);
    }
}
