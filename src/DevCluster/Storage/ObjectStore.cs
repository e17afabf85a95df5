using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Storage;

/// <summary>
/// All objects of the cluster: one version counter over all resources, as etcd's revision is. One lock guards everything;
/// it is held for microseconds, and it makes each change and its watch events one step.
/// </summary>
internal sealed class ObjectStore(DevClusterOptions options)
{
    /// <summary>Versions begin well above 1, so that version 1 is long gone, as it is on every real server.</summary>
    private const long FirstVersion = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceStore> _stores = [];
    private long _version = FirstVersion;

    /// <summary>Called after each change, in order, under the lock: must only hand the change on.</summary>
    public event Action<string, WatchEvent>? Changed;

    /// <summary>The newest version.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    /// <summary>One object, or null.</summary>
    /// <param name="resource"><c>plural.group</c>.</param>
    /// <param name="ns">Its namespace, empty for cluster-wide kinds.</param>
    /// <param name="name">Its name.</param>
    public StoredObject? Find(string resource, string ns, string name)
    {
        lock (_lock)
            return Store(resource).Find(StoredObject.KeyOf(ns, name));
    }

    /// <summary>Adds an object; returns null when the name is taken.</summary>
    public StoredObject? TryCreate(string resource, JsonObject obj)
    {
        var draft = new Draft(obj);
        lock (_lock)
        {
            var store = Store(resource);
            if (store.Find(StoredObject.KeyOf(draft.Namespace, draft.Name)) is not null)
                return null;
            var stored = draft.Stamp(++_version);
            Apply(resource, store, new WatchEvent(WatchEventType.Added, stored, null));
            return stored;
        }
    }

    /// <summary>
    /// Replaces <paramref name="old"/> if it is still the newest version; returns null when it is not. A replacement that
    /// changes nothing gets no new version and no event.
    /// </summary>
    public StoredObject? TryUpdate(string resource, StoredObject old, JsonObject obj)
    {
        var draft = new Draft(obj);
        var changesNothing = draft.IsSameAs(old);
        lock (_lock)
        {
            var store = Store(resource);
            if (!ReferenceEquals(store.Find(old.Key), old))
                return null;
            if (changesNothing)
                return old;
            var stored = draft.Stamp(++_version);
            Apply(resource, store, new WatchEvent(WatchEventType.Modified, stored, old));
            return stored;
        }
    }

    /// <summary>Removes <paramref name="old"/> if it is still the newest version: the DELETED event carries what was stored last.</summary>
    public bool TryDelete(string resource, StoredObject old)
    {
        var draft = new Draft(old.Parse());
        lock (_lock)
        {
            var store = Store(resource);
            if (!ReferenceEquals(store.Find(old.Key), old))
                return false;
            Apply(resource, store, new WatchEvent(WatchEventType.Deleted, draft.Stamp(++_version), old));
            return true;
        }
    }

    /// <summary>All objects of a resource in key order, and the version they are of.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version) List(string resource)
    {
        lock (_lock)
            return (Store(resource).Snapshot(), _version);
    }

    /// <summary>All objects as they were at a version, or null when that is forgotten.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version)? TryListAt(string resource, long version)
    {
        lock (_lock)
        {
            var store = Store(resource);
            return version < store.History.Floor ? null : (store.SnapshotAt(version), version);
        }
    }

    /// <summary>
    /// Starts a watch. With a version, it begins with the changes after it; without, with what is there, as additions.
    /// </summary>
    /// <returns>What to send first, the version reached with it, and where the changes after it will come.</returns>
    public (IReadOnlyList<WatchEvent> Initial, long Version, Watcher Watcher) Watch(string resource, long? from)
    {
        lock (_lock)
        {
            var store = Store(resource);
            if (from < store.History.Floor)
                throw ApiErrors.Expired($"too old resource version: {from} ({store.History.Floor})");
            IReadOnlyList<WatchEvent> initial = from is { } version
                ? [.. store.History.After(version)]
                : [.. store.Snapshot().Select(o => new WatchEvent(WatchEventType.Added, o, null))];
            return (initial, _version, store.AddWatcher());
        }
    }

    public void Unwatch(string resource, Watcher watcher)
    {
        lock (_lock)
            Store(resource).Remove(watcher);
    }

    /// <summary>Ends watches, of one resource or of all.</summary>
    public void CutWatches(string? plural, bool inMidFrame = false)
    {
        lock (_lock)
        {
            foreach (var watcher in Selected(plural).SelectMany(store => store.Watchers()))
                watcher.Close(inMidFrame);
        }
    }

    /// <summary>Forgets the history, of one resource or of all: the next resumed watch gets 410.</summary>
    public void Compact(string? plural)
    {
        lock (_lock)
        {
            _version++;
            foreach (var store in Selected(plural))
                store.History.Compact(_version);
        }
    }

    /// <summary>How many objects there are of a resource.</summary>
    public int Count(string resource)
    {
        lock (_lock)
            return Store(resource).Count;
    }

    /// <summary>Drops a resource whose CRD was deleted.</summary>
    public void Drop(string resource)
    {
        lock (_lock)
        {
            foreach (var watcher in Store(resource).Watchers())
                watcher.Close();
            _stores.Remove(resource);
        }
    }

    private IEnumerable<ResourceStore> Selected(string? plural) =>
        _stores.Where(pair => plural is null || pair.Key.Split('.')[0] == plural).Select(pair => pair.Value);

    private ResourceStore Store(string resource)
    {
        if (!_stores.TryGetValue(resource, out var store))
            _stores[resource] = store = new ResourceStore(resource, options, _version);
        return store;
    }

    private void Apply(string resource, ResourceStore store, WatchEvent change)
    {
        store.Apply(change);
        Changed?.Invoke(resource, change);
    }
}
