namespace OrleansOperator.DevCluster.Audit;

/// <summary>Who asked for what, when, and with which result. Safe for concurrent use; keeps the newest entries.</summary>
public sealed class AuditLog
{
    /// <summary>Enough for a load test of ten thousand objects.</summary>
    private const int Capacity = 200_000;

    private readonly Lock _lock = new();
    private readonly Queue<AuditEntry> _entries = new();
    private readonly Dictionary<(string Verb, string Resource), long> _counts = [];
    private long _sequence;

    internal AuditLog()
    {
    }

    /// <summary>All entries that are kept, oldest first.</summary>
    public IReadOnlyList<AuditEntry> Entries => Since(0);

    /// <summary>The requests that asked for a change, oldest first.</summary>
    public IReadOnlyList<AuditEntry> Writes => [.. Entries.Where(entry => entry.IsWrite)];

    /// <summary>How many requests there were, the forgotten ones included.</summary>
    public long Count(string verb, string resource)
    {
        lock (_lock)
            return _counts.GetValueOrDefault((verb, resource));
    }

    /// <summary>How many requests there were of each verb and resource.</summary>
    public IReadOnlyDictionary<(string Verb, string Resource), long> Counts()
    {
        lock (_lock)
            return new Dictionary<(string, string), long>(_counts);
    }

    /// <summary>A place in the log, for <see cref="Since"/>.</summary>
    public long Mark()
    {
        lock (_lock)
            return _sequence;
    }

    /// <summary>The entries after a mark, oldest first.</summary>
    public IReadOnlyList<AuditEntry> Since(long mark)
    {
        lock (_lock)
            return [.. _entries.Where(entry => entry.Sequence > mark)];
    }

    internal void Add(AuditEntry entry)
    {
        lock (_lock)
        {
            _entries.Enqueue(entry with { Sequence = ++_sequence });
            if (_entries.Count > Capacity)
                _entries.Dequeue();
            var key = (entry.Verb, entry.Resource);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }
    }
}
