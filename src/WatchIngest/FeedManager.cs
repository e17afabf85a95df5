using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.WatchIngest;

/// <summary>
/// Runs the feeds that are this silo's share: those in which it ranks first, or next among the standbys. No leader: every silo
/// computes the ranks from the same membership. Register it after Orleans, so that it starts when the silo is active and stops
/// before it leaves.
/// </summary>
internal sealed partial class FeedManager : BackgroundService
{
    /// <summary>How often it is looked whether the silo that delivers a feed still says so.</summary>
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<Feed> _feeds;
    private readonly IngestServices _services;
    private readonly LocalFeeds _local;
    private readonly ILocalReconcilers _grains;
    private readonly IClusterMembershipService _membership;
    private readonly KnownFeedsOfPeers _peers;
    private readonly ILogger<FeedManager> _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FeedRunner> _running = [];
    private readonly List<Task> _stopping = [];
    private Homes _homes = Homes.None;
    private long _homesSince;
    private bool _started;
    private bool _stopped;

    public FeedManager(
        IEnumerable<FeedDefinition> definitions, IngestServices services, LocalFeeds local, ILocalReconcilers grains, IClusterMembershipService membership, ILogger<FeedManager> logger)
    {
        _feeds = [.. Feed.Of(definitions)];
        (_services, _local, _grains, _membership, _logger) = (services, local, grains, membership, logger);
        _peers = new KnownFeedsOfPeers(services, Assign);
        local.DelivererChanged = Assign;
        services.Metrics.Gauges(Running, services.Dispatcher);
    }

    /// <summary>Why this silo is not ready; empty when it is.</summary>
    public IReadOnlyList<string> NotReady()
    {
        if (!_started)
            return ["the feeds have not started"];
        return
        [
            .. _services.Supervisor.Problems,
            .. from runner in Running() where runner.NotReady is not null select $"{runner.Feed.Id}: {runner.NotReady}",
            .. from feed in _feeds where !_local.IsComplete(feed.Id) select $"{feed.Id}: the grains of this silo have not been told everything",
        ];
    }

    /// <summary>The feeds that this silo runs, by their names.</summary>
    public IReadOnlyList<FeedStatus> Feeds() =>
        [.. Running()
            .Select(runner => new FeedStatus(runner.Feed.Id, runner.Cache.Count, runner.Delivers, runner.Age, runner.Lag, runner.NotReady))
            .OrderBy(feed => feed.Id, StringComparer.Ordinal)];

    /// <summary>Which feeds were ready once and bring no news at the moment, and why.</summary>
    public IReadOnlyList<string> Interruptions() =>
        [.. Running().Where(runner => runner.State is { NotReady: null, Problem: not null }).Select(runner => $"{runner.Feed.Id}: {runner.State.Problem}")];

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _services.Dispatcher.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _peers.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            _services.Supervisor.RunAsync("feeds by membership", FollowMembershipAsync, stoppingToken),
            _services.Supervisor.RunAsync("feeds by deliverer", LookAsync, stoppingToken));
        FeedRunner[] running;
        Task[] stopping;
        lock (_lock)
        {
            _stopped = true;
            running = [.. _running.Values];
            _running.Clear();
            stopping = [.. _stopping];
        }

        await Task.WhenAll([.. running.Select(runner => runner.DisposeAsync().AsTask()), .. stopping]);
    }

    private async Task FollowMembershipAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in _membership.MembershipUpdates.WithCancellation(cancellationToken))
        {
            // The newest view, even if updates have piled up.
            var homes = new Homes(from member in _membership.CurrentSnapshot.Members.Values where member.Status == SiloStatus.Active select member.SiloAddress);
            if (homes.Silos.IsEmpty || homes.Id == _homes.Id)
                continue;
            Log.Silos(_logger, homes.Silos.Length, Listed(homes.Silos.Except(_homes.Silos)), Listed(_homes.Silos.Except(homes.Silos)));
            lock (_lock)
                (_homes, _homesSince) = (homes, _services.Clock.GetTimestamp());

            // What is not at home leaves before anything is told to anybody, so that nothing is told to those that leave.
            if (homes.Silos.Contains(_services.Silo.SiloAddress) && _grains.Leave(homes) is var left and > 0)
                Log.Moved(_logger, left);
            _local.Homes = homes;
            _peers.Update(homes);
            Assign();
            _services.Dispatcher.RetryNow();
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookPeriod, _services.Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
            Assign();
    }

    /// <summary>Starts, stops, and assigns feeds so that this silo does its share.</summary>
    private void Assign()
    {
        lock (_lock)
        {
            if (_stopped || _homes.Silos.IsEmpty)
                return;
            foreach (var feed in _feeds)
                Assign(feed);
            _started = true;
        }
    }

    private void Assign(Feed feed)
    {
        var better = _homes.Ranked(feed.Id).Where(silo => _peers.Knows(silo, feed.Id)).TakeWhile(silo => !silo.Equals(_services.Silo.SiloAddress)).ToList();
        var runner = _running.GetValueOrDefault(feed.Id);
        var role = FeedRole.Of(
            isMember: _homes.Silos.Contains(_services.Silo.SiloAddress),
            rank: better.Count,
            standbys: _services.Options.Standbys,
            isWarm: runner is { State.HasListed: true },
            isDelivering: runner is { Delivers: true },
            betterDelivers: better.Any(silo => _local.IsDeliveredBy(feed.Id, silo)),
            betterHadTime: _services.Clock.GetElapsedTime(_homesSince) > LocalFeeds.DelivererLifetime);

        if (role.Runs && runner is null)
        {
            Log.Runs(_logger, feed.Id, better.Count == 0 ? "first" : "standby");
            _running[feed.Id] = runner = new FeedRunner(feed, _services, Assign);
        }
        else if (!role.Runs && runner is not null)
        {
            Log.Left(_logger, feed.Id);
            _running.Remove(feed.Id);
            _stopping.RemoveAll(task => task.IsCompleted);
            _stopping.Add(runner.DisposeAsync().AsTask());
            return;
        }

        if (runner is null)
            return;
        if (runner.Delivers != role.Delivers)
            Log.Delivers(_logger, feed.Id, role.Delivers ? "delivered by this silo" : "kept warm by this silo");
        runner.Assign(role.Delivers, _homes);
    }

    private FeedRunner[] Running()
    {
        lock (_lock)
            return [.. _running.Values];
    }

    private static string Listed(IEnumerable<SiloAddress> silos) => string.Join(", ", silos.Select(silo => silo.ToParsableString())) is { Length: > 0 } list ? list : "none";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Active silos: {Count}; joined: {Joined}; left: {Left}")]
        public static partial void Silos(ILogger logger, int count, string joined, string left);

        [LoggerMessage(LogLevel.Information, "{Count} grains have another silo as their home now and left this one")]
        public static partial void Moved(ILogger logger, int count);

        [LoggerMessage(LogLevel.Information, "This silo runs feed {Feed} ({Role})")]
        public static partial void Runs(ILogger logger, string feed, string role);

        [LoggerMessage(LogLevel.Information, "Feed {Feed} is {How}")]
        public static partial void Delivers(ILogger logger, string feed, string how);

        [LoggerMessage(LogLevel.Information, "Feed {Feed} is run by other silos")]
        public static partial void Left(ILogger logger, string feed);
    }
}
