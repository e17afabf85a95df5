using OrleansOperator.DevCluster.Admission.Quotas;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>
/// The quota controller: makes quotas effective by copying their limits into the status, and counts what is used when objects go
/// (Kubernetes, <c>pkg/controller/resourcequota</c>).
/// </summary>
internal sealed class QuotaLoop(ObjectStore store, ResourceQuotas quotas)
{
    private readonly HashSet<string> _changed = [];

    public void Observe(string resource, WatchEvent change)
    {
        // New objects were charged when they were created.
        var counts = resource == ResourceQuotas.Resource || change.Type == WatchEventType.Deleted || (resource == "pods" && change.Type == WatchEventType.Modified);
        if (counts && store.Count(ResourceQuotas.Resource) > 0)
            _changed.Add(change.Object.Namespace);
    }

    /// <summary>Counts, once no more changes wait: a thousand new objects are counted once.</summary>
    public void Settle()
    {
        foreach (var ns in _changed)
            quotas.Recount(ns);
        _changed.Clear();
    }
}
