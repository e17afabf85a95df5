using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest.Health;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest.Dispatching;

/// <summary>The newest of every object of a feed. What changes in it is handed to the dispatcher, for the grains that it concerns.</summary>
internal sealed class ObjectCache(Feed feed, Dispatcher dispatcher, FeedBacklog backlog, Action<IReadOnlyList<ResourceSnapshot>, long>? firstListed = null) : IFeedSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, ResourceSnapshot> _objects = [];
    private bool _listed;

    private string Resource => feed.Definition.Resource.QualifiedName;

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _objects.Count;
        }
    }

    /// <summary>All objects.</summary>
    public IReadOnlyList<ResourceSnapshot> Snapshot()
    {
        lock (_lock)
            return [.. _objects.Values];
    }

    /// <inheritdoc/>
    public void Replace(IReadOnlyList<ResourceSnapshot> objects, long version)
    {
        // Grains may be through with the beginning of a list before its end is taken in.
        backlog.Add();
        bool first;
        try
        {
            lock (_lock)
            {
                (first, _listed) = (!_listed, true);
                var gone = new Dictionary<ObjectKey, ResourceSnapshot>(_objects);
                foreach (var snapshot in objects)
                {
                    gone.Remove(snapshot.Key);
                    Put(snapshot, ObservationCause.Backlog);
                }

                foreach (var snapshot in gone.Values)
                    Remove(snapshot, ObservationCause.Backlog);
            }
        }
        finally
        {
            backlog.Done();
        }

        if (first)
            firstListed?.Invoke(objects, version);
    }

    /// <inheritdoc/>
    public void Upsert(ResourceSnapshot snapshot)
    {
        lock (_lock)
            Put(snapshot, ObservationCause.Change);
    }

    /// <inheritdoc/>
    public void Delete(ResourceSnapshot snapshot)
    {
        lock (_lock)
            Remove(snapshot, ObservationCause.Change);
    }

    /// <summary>Delivers everything again: grains that know it already do nothing.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="slice">Which part, from 0; all parts together are everything.</param>
    /// <param name="slices">Of how many parts.</param>
    public void Redeliver(ObservationCause cause, int slice = 0, int slices = 1)
    {
        lock (_lock)
        {
            foreach (var snapshot in _objects.Values)
            {
                if ((uint)snapshot.Key.GetHashCode() % (uint)slices == (uint)slice)
                    Deliver(feed.Definition.Route(snapshot), Observation.Of(Resource, snapshot, cause));
            }
        }
    }

    private void Put(ResourceSnapshot snapshot, ObservationCause cause)
    {
        var before = _objects.GetValueOrDefault(snapshot.Key);

        // Lists and watches come in their own order, and the API server is right: after a restore of etcd versions go back.
        if (before is not null && (before.Uid, before.ResourceVersion) == (snapshot.Uid, snapshot.ResourceVersion))
            return;
        _objects[snapshot.Key] = snapshot;
        var route = feed.Definition.Route(snapshot);
        Deliver(route, Observation.Of(Resource, snapshot, cause));
        if (before is null)
            return;

        // An object that changed hands concerns the old owner too, and so does the end of a predecessor.
        var former = feed.Definition.Route(before);
        if (before.Uid != snapshot.Uid)
            Deliver(former, Tombstone(before, cause));
        if (former != route)
            Deliver(former, Observation.Of(Resource, snapshot, cause));
    }

    private void Remove(ResourceSnapshot snapshot, ObservationCause cause)
    {
        var before = _objects.GetValueOrDefault(snapshot.Key);
        if (before?.Uid == snapshot.Uid)
            _objects.Remove(snapshot.Key);
        var route = feed.Definition.Route(snapshot);
        Deliver(route, Tombstone(snapshot, cause));
        if (before?.Uid == snapshot.Uid && feed.Definition.Route(before) is var former && former != route)
            Deliver(former, Tombstone(snapshot, cause));
    }

    private Observation Tombstone(ResourceSnapshot snapshot, ObservationCause cause) => Observation.Tombstone(Resource, snapshot.Key, snapshot.Uid, cause);

    private void Deliver(ObjectKey? grain, Observation observation)
    {
        if (grain is { } key)
            dispatcher.Enqueue(feed.Definition, key, observation, backlog);
    }
}
