using System.Collections.Concurrent;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.WatchIngest.AntiEntropy;

/// <summary>
/// The receiving half of anti-entropy: what this silo's grains know of each feed, which silos deliver it, and whether everything
/// there is for the grains here has been told.
/// </summary>
internal sealed class LocalFeeds(
    IEnumerable<FeedDefinition> definitions, ILocalReconcilers grains, IGrainFactory factory, ILocalSiloDetails silo, TimeProvider clock)
{
    /// <summary>How long a silo that has compared counts as delivering. It compares every <see cref="WatchIngestOptions.AntiEntropyPeriod"/>.</summary>
    public static readonly TimeSpan DelivererLifetime = TimeSpan.FromSeconds(15);

    /// <summary>How long a question waits here for its time to come, before it is to be asked again.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    private readonly FeedDefinition[] _definitions = [.. definitions];
    private readonly string[] _ownedFeeds = [.. Feed.Of(definitions.Where(definition => definition.IsOwned)).Select(feed => feed.Id)];
    private readonly ConcurrentDictionary<(string Feed, SiloAddress Silo), long> _deliverers = new();
    private readonly ConcurrentDictionary<string, ulong> _complete = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Homes _homes = Homes.None;

    /// <summary>The feeds that this silo knows.</summary>
    public KnownFeeds Known { get; } = new() { Feeds = [.. Feed.Of(definitions).Select(feed => feed.Id)] };

    /// <summary>Called when a silo says for the first time that it delivers a feed.</summary>
    public Action? DelivererChanged { get; set; }

    /// <summary>The active silos as this one sees them.</summary>
    public Homes Homes
    {
        get => Volatile.Read(ref _homes);
        set
        {
            Volatile.Write(ref _homes, value);
            foreach (var entry in _deliverers.Keys.Where(entry => !value.Silos.Contains(entry.Silo)))
                _deliverers.TryRemove(entry, out _);
            Pulse();
        }
    }

    /// <summary>Whether a silo has lately said that it delivers a feed.</summary>
    public bool IsDeliveredBy(string feed, SiloAddress silo) =>
        _deliverers.TryGetValue((feed, silo), out var at) && clock.GetElapsedTime(at) < DelivererLifetime;

    /// <summary>Whether everything of a feed that concerns grains of this silo has been told at some time.</summary>
    public bool IsComplete(string feed) => _complete.ContainsKey(feed);

    /// <summary>See <see cref="IFeedPeer.Compare"/>.</summary>
    public async Task<FeedDifference> CompareAsync(FeedDigest digest)
    {
        var isNew = !IsDeliveredBy(digest.Scope.Feed, digest.Deliverer);
        _deliverers[(digest.Scope.Feed, digest.Deliverer)] = clock.GetTimestamp();
        if (isNew)
            DelivererChanged?.Invoke();
        if (Array.Find(_definitions, d => d.Resource.QualifiedName == digest.Scope.Resource) is not { } definition)
            return new FeedDifference { Comparison = FeedComparison.UnknownKind };
        if (!await HoldAsync(() => Homes.Id == digest.Homes))
            return new FeedDifference { Comparison = FeedComparison.OtherHomes };
        if (!definition.IsOwned && !digest.WithoutOwned && !await HoldAsync(() => Array.TrueForAll(_ownedFeeds, feed => _complete.TryGetValue(feed, out var homes) && homes == digest.Homes)))
            return new FeedDifference { Comparison = FeedComparison.OwnedFirst };

        var entries = KnownOf(definition, digest.Scope);
        var buckets = new Buckets();
        foreach (var (grain, known) in entries)
            buckets.Add(grain, known.Uid, known.ResourceVersion);
        var differing = buckets.Differing(digest.Buckets);
        if (differing.IsEmpty)
            Complete(digest.Scope.Feed, digest.Homes);
        return new FeedDifference
        {
            Comparison = FeedComparison.Compared,
            Buckets = differing,
            Entries = differing.IsEmpty ? [] :
            [
                .. from entry in entries
                   where differing.AsSpan().BinarySearch(Buckets.Of(entry.Grain)) >= 0
                   select new KnownEntry(entry.Grain, entry.Known.Key, entry.Known.Uid, entry.Known.ResourceVersion),
            ],
        };
    }

    /// <summary>See <see cref="IFeedPeer.Tell"/>.</summary>
    public async Task TellAsync(FeedNews news)
    {
        if (Array.Find(_definitions, d => d.Resource.QualifiedName == news.Scope.Resource) is not { } definition)
            return;
        await Task.WhenAll(news.Items.Select(item => definition.Grain(factory, item.Grain).Observe(item.Observation)));
        if (news.IsLast)
            Complete(news.Scope.Feed, news.Homes);
    }

    /// <summary>What the grains here know of a feed, as far as the feed would tell it to them: not what they have read of others' objects.</summary>
    private List<(ObjectKey Grain, ResourceSnapshot Known)> KnownOf(FeedDefinition definition, FeedScope scope)
    {
        var homes = Homes;
        var entries = new List<(ObjectKey, ResourceSnapshot)>();
        foreach (var grain in grains.All)
        {
            if (grain.Type != definition.GrainType || !silo.SiloAddress.Equals(homes.Of(grain.Key)))
                continue;
            foreach (var known in grain.Objects)
            {
                if (scope.Contains(known) && definition.Needs(known.Snapshot) == grain.Key)
                    entries.Add((grain.Key, known.Snapshot));
            }
        }

        return entries;
    }

    private void Complete(string feed, ulong homes)
    {
        _complete[feed] = homes;
        Pulse();
    }

    private void Pulse() => Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Waits a little for something to become so.</summary>
    private async Task<bool> HoldAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Hold, clock);
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (holds())
                return true;
            if (limit.IsCancellationRequested)
                return false;
            await changed.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
