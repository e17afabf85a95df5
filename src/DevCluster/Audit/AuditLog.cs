using System.Runtime.InteropServices;

namespace OrleansOperator.DevCluster.Audit;

/// <summary>
/// Who asked for what, when, and with which result. Safe for concurrent use; keeps the newest entries, and is bounded whatever
/// clients send.
/// </summary>
public sealed class AuditLog
{
    /// <summary>Enough for a load test of ten thousand objects.</summary>
    private const int Capacity = 200_000;

    /// <summary>How many clients and resources are counted apart.</summary>
    private const int MaxCounts = 10_000;

    private const string Others = "(others)";

    private readonly Lock _lock = new();
    private readonly Queue<AuditEntry> _entries = new();
    private readonly Dictionary<(string UserAgent, string Verb, string Resource), long> _counts = [];
    private long _sequence;

    internal AuditLog()
    {
    }

    /// <summary>All entries that are kept, oldest first.</summary>
    public IReadOnlyList<AuditEntry> Entries => Since(0);

    /// <summary>The requests that asked for a change, oldest first.</summary>
    public IReadOnlyList<AuditEntry> Writes => [.. Entries.Where(entry => entry.IsWrite)];

    /// <summary>How many requests there were, the forgotten ones included.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="resource">The plural name, with <c>/subresource</c> where it is one.</param>
    /// <param name="client">Only those whose User-Agent contains this, or null for all.</param>
    public long Count(string verb, string resource, string? client = null) =>
        CountsByClient().Where(pair => pair.Key.Verb == verb && pair.Key.Resource == resource
            && (client is null || pair.Key.UserAgent.Contains(client, StringComparison.Ordinal))).Sum(pair => pair.Value);

    /// <summary>How many requests there were of each verb and resource.</summary>
    public IReadOnlyDictionary<(string Verb, string Resource), long> Counts() =>
        CountsByClient().GroupBy(pair => (pair.Key.Verb, pair.Key.Resource)).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));

    /// <summary>How many requests there were of each User-Agent, verb and resource.</summary>
    public IReadOnlyDictionary<(string UserAgent, string Verb, string Resource), long> CountsByClient()
    {
        lock (_lock)
            return new Dictionary<(string, string, string), long>(_counts);
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
            var key = (entry.UserAgent, entry.Verb, entry.Resource);
            if (_counts.Count >= MaxCounts && !_counts.ContainsKey(key))
                key = (Others, entry.Verb, Others);
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _)++;
        }
    }
}
