using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.Grains.Tests.Foos.Model;
using OrleansOperator.KubeApi;
using OrleansOperator.WatchIngest;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.Grains.Tests.Engine.Simulation;

/// <summary>
/// A silo: its feeds, its dispatcher, what it compares, and the grain of the one Foo when it lives here; all of it the code that
/// runs in production, except for the loops that say when.
/// </summary>
internal sealed class SimulatedSilo : ILocalReconcilers, ILocalSiloDetails
{
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<string, SimulatedFeed> _feeds = [];
    private readonly Dictionary<string, ulong> _complete = [];
    private readonly FeedDefinition[] _definitions;
    private readonly Measured _measured = new();
    private readonly Dispatcher _dispatcher;
    private long _viewSince;

    public SimulatedSilo(SimulatedCluster cluster, int number)
    {
        _cluster = cluster;
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 11111), number);
        _definitions = [Definition(FooResources.Deployments, isOwned: true), Definition(FooResources.Foos, isOwned: false)];
        Local = new LocalFeeds(_definitions, this, null!, this, cluster.Clock);
        _dispatcher = new Dispatcher(
            null!, Options.Create(new WatchIngestOptions()), new WatchIngestMetrics(_measured), cluster.Clock, NullLogger<Dispatcher>.Instance);
    }

    public bool IsDead { get; private set; }

    /// <summary>The active silos as this one sees them.</summary>
    public Homes View { get; private set; } = Homes.None;

    /// <summary>The grain, when it is active here.</summary>
    public ModelActivation? Grain { get; private set; }

    public LocalFeeds Local { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress => SiloAddress;

    public string Name => SiloAddress.ToString();

    public string ClusterId => "simulation";

    public string DnsHostName => "localhost";

    public IReadOnlyCollection<SimulatedFeed> Feeds => _feeds.Values;

    public IEnumerable<LocalReconciler> All => Grain is { } grain ? [new LocalReconciler(_definitions[0].GrainType, SimulatedCluster.Key, grain.Objects)] : [];

    public int Leave(Homes homes)
    {
        if (Grain is null || SiloAddress.Equals(homes.Of(SimulatedCluster.Key)))
            return 0;
        Grain = null;
        return 1;
    }

    /// <summary>The process ends, at any instant.</summary>
    public void Kill()
    {
        IsDead = true;
        Grain = null;
        _feeds.Clear();
        _ = _dispatcher.StopAsync(CancellationToken.None);
        _measured.Dispose();
    }

    public void Observe(Observation observation) => (Grain ??= new ModelActivation(_cluster.Api, _cluster.Clock)).Observe(observation);

    /// <summary>A grain that has nothing to take care of leaves, and forgets what is gone.</summary>
    public void CollectGrain()
    {
        if (Grain is { IsEmpty: true })
            Grain = null;
    }

    /// <summary>Learns of the membership, as the feed manager does.</summary>
    public void Learn(Homes homes)
    {
        if (homes.Id == View.Id)
            return;
        (View, _viewSince) = (homes, _cluster.Clock.GetTimestamp());
        Leave(homes);
        Local.Homes = homes;
        Assign();
        _dispatcher.RetryNow();
    }

    /// <summary>Takes the roles that the ranks give, as the feed manager does.</summary>
    public void Assign()
    {
        if (IsDead)
            return;
        foreach (var feed in Feed.Of(_definitions))
        {
            var better = View.Ranked(feed.Id).TakeWhile(silo => !silo.Equals(SiloAddress)).ToList();
            var running = _feeds.GetValueOrDefault(feed.Id);
            var role = FeedRole.Of(
                View.Silos.Contains(SiloAddress), better.Count, _cluster.Standbys, running is { IsListed: true }, running is { Cache.Delivers: true },
                better.Any(silo => Local.IsDeliveredBy(feed.Id, silo)), _cluster.Clock.GetElapsedTime(_viewSince) > LocalFeeds.DelivererLifetime);
            if (!role.Runs)
            {
                _feeds.Remove(feed.Id);
                continue;
            }

            running ??= _feeds[feed.Id] = new SimulatedFeed(feed, new ObjectCache(feed, _dispatcher), _cluster.Api);
            running.Cache.Delivers = role.Delivers;
        }
    }

    /// <summary>A round of anti-entropy with a silo, as a link makes it; false when a message of it was lost.</summary>
    public bool Compare(SimulatedFeed feed, SimulatedSilo with)
    {
        if (!feed.Cache.Delivers || with.IsDead || !View.Silos.Contains(with.SiloAddress) || _cluster.Loses() || with.View.Id != View.Id)
            return false;
        if (!feed.Feed.Definition.IsOwned && Feed.Of(_definitions).Any(owned => owned.Definition.IsOwned && with._complete.GetValueOrDefault(owned.Id) != View.Id))
            return false;
        var digest = new FeedDigest
        {
            Scope = FeedScope.Of(feed.Feed),
            Deliverer = SiloAddress,
            Homes = View.Id,
            Buckets = feed.Cache.Digest(View, with.SiloAddress),
            WithoutOwned = true,
        };
        var difference = Now(with.Local.CompareAsync(digest));
        Assert.Equal(FeedComparison.Compared, difference.Comparison);
        if (!difference.Buckets.IsEmpty)
        {
            var news = feed.Cache.Missing(View, with.SiloAddress, difference, feed.ToldTo(with));
            foreach (var item in news)
            {
                if (_cluster.Loses())
                    return false;
                var told = with.Local.TellAsync(new FeedNews { Scope = digest.Scope, Homes = View.Id, Items = [item] });
                if (told.IsFaulted)
                    return false;
                Now(told);
            }

            Now(with.Local.TellAsync(new FeedNews { Scope = digest.Scope, Homes = View.Id, Items = [], IsLast = true }));
            feed.Told(with, news);
        }

        with._complete[feed.Feed.Id] = View.Id;
        return true;
    }

    /// <summary>Whether a comparison would find nothing to tell.</summary>
    public bool IsInSync(SimulatedFeed feed, SimulatedSilo with) =>
        Now(with.Local.CompareAsync(new FeedDigest
        {
            Scope = FeedScope.Of(feed.Feed),
            Deliverer = SiloAddress,
            Homes = View.Id,
            Buckets = feed.Cache.Digest(View, with.SiloAddress),
            WithoutOwned = true,
        })).Buckets.IsEmpty;

    private static T Now<T>(Task<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    private static void Now(Task task)
    {
        Assert.True(task.IsCompleted);
        task.GetAwaiter().GetResult();
    }

    private FeedDefinition Definition(ResourceType resource, bool isOwned) => new()
    {
        Resource = resource,
        Decode = static (ref System.Text.Json.Utf8JsonReader _) => throw new NotSupportedException("the model has objects, not bytes"),
        Route = FooController.Instance.Route,
        Grain = (_, _) => new Reference(_cluster, this),
        GrainType = FooController.Instance.GrainType,
        IsOwned = isOwned,
        Ranges = isOwned ? 1 : _cluster.FooRanges,
    };

    /// <summary>A reference to the grain: calls go to its home as the caller sees it, and from there as that silo sees it.</summary>
    private sealed class Reference(SimulatedCluster cluster, SimulatedSilo caller) : IReconcilerGrain
    {
        public Task Observe(Observation observation) => cluster.SendAsync(caller, observation);
    }
}

/// <summary>A feed that a silo runs, and how far its watch has come.</summary>
internal sealed class SimulatedFeed(Feed feed, ObjectCache cache, ModelCluster api)
{
    private readonly Dictionary<SiloAddress, HashSet<(ObjectKey, string, long?)>> _told = [];
    private int _position;

    public Feed Feed => feed;

    public ObjectCache Cache => cache;

    public bool IsListed { get; private set; }

    private List<ModelEvent> Events => feed.Definition.IsOwned ? api.DeploymentEvents : api.FooEvents;

    /// <summary>A list: the first, or after the server has forgotten the version of the watch.</summary>
    public void List()
    {
        IEnumerable<ResourceSnapshot> objects = feed.Definition.IsOwned ? api.Deployments.Values : api.Foo is { } foo ? [foo] : [];
        cache.Replace([.. objects.Where(o => feed.Range.Contains(o.Uid))], [], api.Version);
        (_position, IsListed) = (Events.Count, true);
    }

    /// <summary>The watch brings so many events.</summary>
    public void Watch(int count)
    {
        for (; IsListed && count > 0 && _position < Events.Count; count--)
        {
            var (snapshot, isDeletion, version) = Events[_position++];
            if (feed.Range.Contains(snapshot.Uid))
            {
                if (isDeletion)
                    cache.Delete(new ObjectMeta(snapshot.Key, snapshot.Uid, version), snapshot);
                else
                    cache.Upsert(snapshot);
            }

            cache.Reached(version);
        }
    }

    public IReadOnlySet<(ObjectKey, string, long?)> ToldTo(SimulatedSilo silo) => _told.GetValueOrDefault(silo.SiloAddress, []);

    public void Told(SimulatedSilo silo, IEnumerable<GrainNews> news) =>
        _told[silo.SiloAddress] = [.. news.Select(item => (item.Grain, item.Observation.Uid, item.Observation.Snapshot?.ResourceVersion))];
}
