using System.Collections.Immutable;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest.Dispatching;

/// <summary>
/// The newest of every object of a feed. While this silo delivers the feed, what changes is handed to the dispatcher, for the
/// grains that it concerns; what grains lack beyond that is found by comparing, see <see cref="Digest"/> and <see cref="Missing"/>.
/// </summary>
internal sealed class ObjectCache(Feed feed, Dispatcher dispatcher) : IFeedSink
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _unreadable = [];
    private Dictionary<ObjectKey, ResourceSnapshot> _objects = [];
    private Computed? _digests;
    private long _version;
    private long _changes;
    private bool _listed;

    /// <summary>Called after each whole list.</summary>
    public Action? Listed { get; set; }

    /// <summary>Whether changes are handed to the dispatcher.</summary>
    public bool Delivers { get; set; }

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _objects.Count;
        }
    }

    private string Resource => feed.Definition.Resource.QualifiedName;

    /// <inheritdoc/>
    public void Replace(IReadOnlyList<ResourceSnapshot> objects, IReadOnlyList<ObjectMeta> unreadable, long version)
    {
        lock (_lock)
        {
            var before = _objects;
            _objects = new Dictionary<ObjectKey, ResourceSnapshot>(objects.Count);
            foreach (var snapshot in objects)
            {
                before.Remove(snapshot.Key, out var former);
                _objects[snapshot.Key] = snapshot;
                if (_listed && (former?.Uid != snapshot.Uid || former.ResourceVersion != snapshot.ResourceVersion))
                    Changed(former, snapshot, ObservationCause.Backlog);
            }

            _unreadable.Clear();
            foreach (var meta in unreadable)
            {
                _unreadable.Add(meta.Uid);
                if (before.TryGetValue(meta.Key, out var readable) && readable.Uid == meta.Uid)
                {
                    before.Remove(meta.Key);
                    _objects[meta.Key] = readable;
                }
            }

            foreach (var gone in before.Values)
                Gone(gone.Key, gone.Uid, ObservationCause.Backlog, gone);
            (_version, _listed) = (version, true);
            _changes++;
        }

        Listed?.Invoke();
    }

    /// <inheritdoc/>
    public void Upsert(ResourceSnapshot snapshot)
    {
        lock (_lock)
        {
            _unreadable.Remove(snapshot.Uid);
            var former = _objects.GetValueOrDefault(snapshot.Key);
            if (former is not null && former.ResourceVersion >= snapshot.ResourceVersion)
                return;
            _objects[snapshot.Key] = snapshot;
            _changes++;
            Changed(former, snapshot, ObservationCause.Change);
        }
    }

    /// <inheritdoc/>
    public void Unreadable(ObjectMeta meta)
    {
        lock (_lock)
            _unreadable.Add(meta.Uid);
    }

    /// <inheritdoc/>
    public void Delete(ObjectMeta meta, ResourceSnapshot? last)
    {
        lock (_lock)
        {
            _unreadable.Remove(meta.Uid);
            var former = _objects.GetValueOrDefault(meta.Key);
            if (former?.Uid == meta.Uid)
                _objects.Remove(meta.Key);
            _changes++;
            Gone(meta.Key, meta.Uid, ObservationCause.Change, last, former?.Uid == meta.Uid ? former : null);
        }
    }

    /// <inheritdoc/>
    public void Reached(long version)
    {
        lock (_lock)
            _version = version;
    }

    /// <summary>What the grains of a silo should know, hashed.</summary>
    public ImmutableArray<ulong> Digest(Homes homes, SiloAddress silo)
    {
        lock (_lock)
        {
            if (_digests is not { } computed || computed.Changes != _changes || computed.Homes != homes)
                _digests = computed = new Computed(_changes, homes, Digests(homes));
            return computed.Digests[homes.Silos.IndexOf(silo)];
        }
    }

    /// <summary>
    /// What the grains of a silo lack. Where a grain knows a newer version than this feed has seen, it is right: the answer to a
    /// write comes before its event. Gone is only what this feed would have seen, had it existed.
    /// </summary>
    /// <param name="homes">The homes that the difference was asked for.</param>
    /// <param name="silo">The silo.</param>
    /// <param name="difference">What its grains know, where that differs.</param>
    /// <param name="told">What was told in the last round: a grain that still lacks it knows something that contradicts it.</param>
    public List<GrainNews> Missing(
        Homes homes, SiloAddress silo, FeedDifference difference, IReadOnlySet<(ObjectKey Grain, string Uid, long? Version)> told)
    {
        var news = new List<GrainNews>();
        var known = new Dictionary<(ObjectKey Grain, string Uid), KnownEntry>(difference.Entries.Length);
        foreach (var entry in difference.Entries)
            known[(entry.Grain, entry.Uid)] = entry;
        lock (_lock)
        {
            var home = homes.Silos.IndexOf(silo);
            foreach (var snapshot in _objects.Values)
            {
                if (feed.Definition.Needs(snapshot) is not { } grain || difference.Buckets.AsSpan().BinarySearch(Buckets.Of(grain)) < 0 || homes.IndexOf(grain) != home)
                    continue;
                long? version = known.Remove((grain, snapshot.Uid), out var entry) ? entry.Version : null;
                if (CauseToTell(grain, snapshot, version, told) is { } cause)
                    news.Add(new GrainNews(grain, Observation.Of(Resource, snapshot, cause)));
            }

            foreach (var entry in known.Values)
            {
                if (_objects.TryGetValue(entry.Object, out var snapshot) && snapshot.Uid == entry.Uid)
                {
                    // It has changed hands, or is being deleted: the grain that need not know it any more is told so by its newest state.
                    if (CauseToTell(entry.Grain, snapshot, entry.Version, told) is { } cause)
                        news.Add(new GrainNews(entry.Grain, Observation.Of(Resource, snapshot, cause)));
                }
                else if (entry.Version <= _version && !_unreadable.Contains(entry.Uid))
                {
                    news.Add(new GrainNews(entry.Grain, Observation.Tombstone(Resource, entry.Object, entry.Uid, ObservationCause.Backlog)));
                }
            }
        }

        return news;
    }

    /// <summary>Why a grain is to be told an object of which it knows a version, or none; null when it need not be told.</summary>
    private ObservationCause? CauseToTell(
        ObjectKey grain, ResourceSnapshot snapshot, long? known, IReadOnlySet<(ObjectKey Grain, string Uid, long? Version)> told) =>
        known is null || known < snapshot.ResourceVersion
            ? told.Contains((grain, snapshot.Uid, snapshot.ResourceVersion)) ? ObservationCause.Contradiction : ObservationCause.Backlog

        // The feed has seen everything up to a later version than the grain knows, and this is older: versions have gone back.
        : known > snapshot.ResourceVersion && known <= _version ? ObservationCause.Contradiction
        : null;

    private ImmutableArray<ulong>[] Digests(Homes homes)
    {
        var buckets = homes.Silos.Select(_ => new Buckets()).ToArray();
        foreach (var snapshot in _objects.Values)
        {
            if (feed.Definition.Needs(snapshot) is { } grain)
                buckets[homes.IndexOf(grain)].Add(grain, snapshot.Uid, snapshot.ResourceVersion);
        }

        return [.. buckets.Select(b => b.ToImmutable())];
    }

    private void Changed(ResourceSnapshot? former, ResourceSnapshot snapshot, ObservationCause cause)
    {
        if (former is not null && former.Uid != snapshot.Uid)
        {
            Gone(former.Key, former.Uid, cause, former);
            former = null;
        }

        // An object that changed hands concerns the old owner too.
        var observation = Observation.Of(Resource, snapshot, cause);
        var route = feed.Definition.Route(snapshot);
        Deliver(observation, route);
        if (former is not null && feed.Definition.Route(former) is { } before && before != route)
            Deliver(observation, before);
    }

    private void Gone(ObjectKey key, string uid, ObservationCause cause, params ReadOnlySpan<ResourceSnapshot?> states)
    {
        var tombstone = Observation.Tombstone(Resource, key, uid, cause);
        ObjectKey? told = null;
        foreach (var state in states)
        {
            if (state is null || feed.Definition.Route(state) is not { } route || route == told)
                continue;
            Deliver(tombstone, route);
            told = route;
        }
    }

    private void Deliver(Observation observation, ObjectKey? grain)
    {
        if (Delivers && grain is { } key)
            dispatcher.Enqueue(feed, key, observation);
    }

    private sealed record Computed(long Changes, Homes Homes, ImmutableArray<ulong>[] Digests);
}
