using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.AntiEntropy;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>Silos whose grains keep what they are told: the receiving half of anti-entropy as it is, the grains as a model.</summary>
internal sealed class TestCluster : IFeedPeers
{
    private readonly ConcurrentDictionary<SiloAddress, TestSilo> _silos = new();
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    /// <summary>The active silos.</summary>
    public Homes Homes { get; private set; } = Homes.None;

    /// <summary>Widgets that reach these grains.</summary>
    public FeedDefinition Widgets => Support.Widgets.Definition with { Grain = (_, key) => new Grain(this, this[Homes.Of(key)!], key, "widgets.example.com") };

    /// <summary>Another kind, whose objects are owned by widgets and concern the same grains.</summary>
    public FeedDefinition Parts => Widgets with { Resource = Support.Widgets.Resource with { Plural = "parts", Kind = "Part" }, IsOwned = true };

    /// <summary>Whether a grain has heard something that the test has not taken.</summary>
    public bool AnyHeard => _heard.Reader.TryPeek(out _);

    /// <summary>The silo of an address.</summary>
    public TestSilo this[SiloAddress silo] => _silos[silo];

    /// <summary>The silo of a number.</summary>
    public TestSilo this[int host] => _silos[TestMembership.Silo(host)];

    /// <summary>Adds a silo.</summary>
    public TestSilo Add(int host, TimeProvider clock, params FeedDefinition[] definitions) =>
        _silos[TestMembership.Silo(host)] = new TestSilo(TestMembership.Silo(host), clock, definitions);

    /// <summary>Has these silos be active, and all of them see it.</summary>
    public void Activate(params int[] hosts)
    {
        Homes = new Homes(hosts.Select(TestMembership.Silo));
        foreach (var silo in _silos.Values)
            silo.Feeds.Homes = Homes;
    }

    public IFeedPeer Of(SiloAddress silo) => this[silo];

    /// <summary>The next that a grain hears and did not know, as in <c>Backlog a@5 to g</c> or <c>Change deleted a to g</c>.</summary>
    public Task<string> HeardAsync() => _heard.NextAsync("observation");

    /// <summary>Grains hear just this, in any order.</summary>
    public async Task HeardAsync(params string[] expected)
    {
        var heard = new List<string>();
        foreach (var _ in expected)
            heard.Add(await HeardAsync());
        Assert.Equal(expected.Order(StringComparer.Ordinal), heard.Order(StringComparer.Ordinal));
    }

    private sealed class Grain(TestCluster cluster, TestSilo silo, ObjectKey key, string resource) : IReconcilerGrain
    {
        public Task Observe(Observation observation)
        {
            Assert.Equal(resource.Split('.', 2)[1], observation.Resource.Split('.', 2)[1]);
            if (silo.Observe(key, observation))
                cluster._heard.Writer.TryWrite($"{observation.Cause} {observation.Snapshot?.ToString() ?? $"deleted {observation.Key.Name}"} to {key.Name}");
            return Task.CompletedTask;
        }
    }
}

/// <summary>A silo of a <see cref="TestCluster"/>.</summary>
internal sealed class TestSilo : IFeedPeer, ILocalReconcilers, ILocalSiloDetails
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Dictionary<string, KnownObject>> _grains = [];

    public TestSilo(SiloAddress address, TimeProvider clock, params FeedDefinition[] definitions)
    {
        SiloAddress = address;

        // The definitions of the tests find their grains themselves.
        Feeds = new LocalFeeds(definitions, this, null!, this, clock);
    }

    public LocalFeeds Feeds { get; }

    /// <summary>What becomes of a call to this silo before it is answered.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>The digests that were asked about.</summary>
    public ConcurrentQueue<FeedDigest> Asked { get; } = new();

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress => SiloAddress;

    public string Name => SiloAddress.ToString();

    public string ClusterId => "test";

    public string DnsHostName => "localhost";

    public IEnumerable<LocalReconciler> All
    {
        get
        {
            lock (_lock)
                return [.. _grains.Select(grain => new LocalReconciler(Widgets.Definition.GrainType, grain.Key, [.. grain.Value.Values]))];
        }
    }

    /// <summary>What the grains know, as in <c>g: a@5 b@7</c>.</summary>
    public string Known
    {
        get
        {
            lock (_lock)
            {
                return string.Join("; ", _grains.Where(grain => grain.Value.Count > 0).OrderBy(grain => grain.Key.Name, StringComparer.Ordinal).Select(
                    grain => $"{grain.Key.Name}: {string.Join(' ', grain.Value.Values.Select(known => known.Snapshot.ToString()).Order(StringComparer.Ordinal))}"));
            }
        }
    }

    public int Leave(Homes homes)
    {
        lock (_lock)
        {
            var strangers = _grains.Keys.Where(key => !SiloAddress.Equals(homes.Of(key))).ToList();
            strangers.ForEach(key => _grains.Remove(key));
            return strangers.Count;
        }
    }

    /// <summary>Takes an observation in.</summary>
    /// <returns>Whether it was news.</returns>
    public bool Observe(ObjectKey grain, Observation observation)
    {
        lock (_lock)
        {
            if (!_grains.TryGetValue(grain, out var known))
                _grains[grain] = known = [];
            if (observation.Snapshot is not { } snapshot)
                return known.Remove(observation.Uid);
            if (known.TryGetValue(snapshot.Uid, out var before) && before.Snapshot.ResourceVersion >= snapshot.ResourceVersion && observation.Cause != ObservationCause.Contradiction)
                return false;
            known[snapshot.Uid] = new KnownObject(observation.Resource, snapshot);
            return true;
        }
    }

    /// <summary>A grain loses what it knows of an object; null: everything it knows.</summary>
    public void Forget(string grain, string? uid = null)
    {
        lock (_lock)
        {
            if (uid is null)
                _grains.Remove(new ObjectKey("ns", grain));
            else
                Assert.True(_grains[new ObjectKey("ns", grain)].Remove(uid));
        }
    }

    public async Task<KnownFeeds> GetKnownFeeds()
    {
        await Meanwhile();
        return Feeds.Known;
    }

    public async Task<FeedDifference> Compare(FeedDigest digest)
    {
        await Meanwhile();
        Asked.Enqueue(digest);
        return await Feeds.CompareAsync(digest);
    }

    public async Task Tell(FeedNews news)
    {
        await Meanwhile();
        await Feeds.TellAsync(news);
    }
}
