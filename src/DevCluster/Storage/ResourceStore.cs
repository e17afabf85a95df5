namespace OrleansOperator.DevCluster.Storage;

/// <summary>
/// All objects of one resource, its recent history and its watchers. Every member is called under the
/// <see cref="ObjectStore"/>'s lock.
/// </summary>
internal sealed class ResourceStore(string resource, DevClusterOptions options, long version)
{
    private readonly SortedList<string, StoredObject> _objects = new(StringComparer.Ordinal);
    private readonly HashSet<Watcher> _watchers = [];

    public EventHistory History { get; } = new(options.HistoryLimit, options.HistoryBytes, version);

    public int Count => _objects.Count;

    public StoredObject? Find(string key) => _objects.GetValueOrDefault(key);

    public void Apply(WatchEvent change)
    {
        if (change.Type == WatchEventType.Deleted)
            _objects.Remove(change.Object.Key);
        else
            _objects[change.Object.Key] = change.Object;
        History.Add(change);
        foreach (var watcher in _watchers)
            watcher.Offer(change);
    }

    /// <summary>All objects in key order, as they are now.</summary>
    public StoredObject[] Snapshot() => [.. _objects.Values];

    /// <summary>All objects in key order, as they were at a version that the history still reaches.</summary>
    public IReadOnlyList<StoredObject> SnapshotAt(long at)
    {
        var newer = History.After(at).ToList();
        if (newer.Count == 0)
            return Snapshot();
        var then = new SortedList<string, StoredObject>(_objects, StringComparer.Ordinal);
        for (var i = newer.Count - 1; i >= 0; i--)
        {
            if (newer[i].Previous is { } previous)
                then[previous.Key] = previous;
            else
                then.Remove(newer[i].Object.Key);
        }

        return [.. then.Values];
    }

    public Watcher AddWatcher()
    {
        var watcher = new Watcher(resource, options.WatchQueueLimit, options.WatchQueueBytes);
        _watchers.Add(watcher);
        return watcher;
    }

    public void Remove(Watcher watcher) => _watchers.Remove(watcher);

    public Watcher[] Watchers() => [.. _watchers];
}
