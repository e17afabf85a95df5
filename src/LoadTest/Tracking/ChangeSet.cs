namespace OrleansOperator.LoadTest.Tracking;

/// <summary>Changes that are measured together.</summary>
/// <param name="name">What they are called.</param>
/// <param name="asked">How many there will be; 0 while it is not known.</param>
internal sealed class ChangeSet(string name, int asked)
{
    private readonly Lock _lock = new();
    private readonly List<Change> _changes = [];
    private int _accepted;
    private int _ready;
    private int _refused;
    private long _lastProgress;

    /// <summary>What they are called.</summary>
    public string Name => name;

    /// <summary>How many there are to be; at least as many as there are.</summary>
    public int Asked => Math.Max(asked, Count);

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _changes.Count;
        }
    }

    /// <summary>How many the API server has accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many are ready.</summary>
    public int Ready => Volatile.Read(ref _ready);

    /// <summary>How many the API server has refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Whether each is ready or was refused.</summary>
    public bool IsDone => Ready + Refused >= Count;

    /// <summary>The timestamp of the latest that was accepted, refused or became ready.</summary>
    public long LastProgress => Volatile.Read(ref _lastProgress);

    /// <summary>All so far.</summary>
    public IReadOnlyList<Change> Changes
    {
        get
        {
            lock (_lock)
                return [.. _changes];
        }
    }

    internal void Add(Change change)
    {
        lock (_lock)
            _changes.Add(change);
    }

    internal void WasAccepted(long now)
    {
        Interlocked.Increment(ref _accepted);
        Volatile.Write(ref _lastProgress, now);
    }

    internal void WasRefused(long now)
    {
        Interlocked.Increment(ref _refused);
        Volatile.Write(ref _lastProgress, now);
    }

    internal void BecameReady(long now)
    {
        Interlocked.Increment(ref _ready);
        Volatile.Write(ref _lastProgress, now);
    }
}
