namespace OrleansOperator.DevCluster.Storage;

/// <summary>The latest changes of one resource: what a watch can resume from. It is bounded in number and in bytes.</summary>
internal sealed class EventHistory(int capacity, long maxBytes, long floor)
{
    private readonly Queue<WatchEvent> _events = new();
    private long _bytes;

    /// <summary>The newest version that is no longer known: a watch from before it gets 410.</summary>
    public long Floor { get; private set; } = floor;

    public void Add(WatchEvent change)
    {
        _events.Enqueue(change);
        _bytes += change.Size;
        while (_events.Count > capacity || _bytes > maxBytes)
            Forget();
    }

    /// <summary>Forgets everything up to and including a version.</summary>
    public void Compact(long version)
    {
        while (_events.TryPeek(out var oldest) && oldest.Version <= version)
            Forget();
        Floor = Math.Max(Floor, version);
    }

    /// <summary>The changes after a version, oldest first.</summary>
    public IEnumerable<WatchEvent> After(long version) => _events.Where(change => change.Version > version);

    private void Forget()
    {
        var oldest = _events.Dequeue();
        _bytes -= oldest.Size;
        Floor = oldest.Version;
    }
}
