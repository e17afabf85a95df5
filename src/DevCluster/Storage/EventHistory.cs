namespace OrleansOperator.DevCluster.Storage;

/// <summary>The latest changes of one resource, in a ring: what a watch can resume from.</summary>
internal sealed class EventHistory(int capacity, long floor)
{
    private readonly Queue<WatchEvent> _events = new();

    /// <summary>The newest version that is no longer known: a watch from before it gets 410.</summary>
    public long Floor { get; private set; } = floor;

    public void Add(WatchEvent change)
    {
        _events.Enqueue(change);
        while (_events.Count > capacity)
            Floor = _events.Dequeue().Version;
    }

    /// <summary>Forgets everything up to and including a version.</summary>
    public void Compact(long version)
    {
        while (_events.TryPeek(out var oldest) && oldest.Version <= version)
            _events.Dequeue();
        Floor = Math.Max(Floor, version);
    }

    /// <summary>The changes after a version, oldest first.</summary>
    public IEnumerable<WatchEvent> After(long version) => _events.Where(change => change.Version > version);
}
