using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission.Quotas;

/// <summary>
/// Keeps namespaces within their ResourceQuotas. As in a real cluster, what is enforced is the status that the quota controller writes: a
/// quota without one limits nothing.
/// </summary>
internal sealed class ResourceQuotas(ObjectStore store)
{
    public const string Resource = "resourcequotas";

    /// <summary>Held from the charge of an object until it is stored, so that it is not counted in between.</summary>
    private readonly Lock _lock = new();

    /// <summary>Stores an object that fits into the quotas of its namespace.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="obj">The object.</param>
    /// <param name="old">The object that it replaces, or null.</param>
    /// <param name="dryRun">Whether to charge nothing.</param>
    /// <param name="write">Stores it; returns null when it cannot.</param>
    /// <exception cref="Http.ApiException">403: it exceeds a quota.</exception>
    public StoredObject? Charged(ResourceInfo resource, JsonObject obj, JsonObject? old, bool dryRun, Func<StoredObject?> write)
    {
        if (!resource.Namespaced || (old is not null && resource.StoreName != "services") || store.Count(Resource) == 0)
            return write();
        lock (_lock)
        {
            while (!TryCharge(resource, obj, old, dryRun))
            {
                // A client has changed a quota meanwhile.
            }

            if (write() is { } stored)
                return stored;
            Count(obj["metadata"].Text("namespace") ?? "", adopt: false);
            return null;
        }
    }

    /// <summary>Counts what a namespace uses, and writes it into the status of its quotas, which are enforced from then on.</summary>
    public void Recount(string ns)
    {
        lock (_lock)
            Count(ns, adopt: true);
    }

    private void Count(string ns, bool adopt)
    {
        foreach (var quota in In(ns))
        {
            var current = quota;
            while (current is not null && !TryCount(current, adopt))
                current = store.Find(Resource, ns, quota.Name);
        }
    }

    private bool TryCharge(ResourceInfo resource, JsonObject obj, JsonObject? old, bool dryRun)
    {
        var charges = new List<(StoredObject Quota, JsonObject Charged)>();
        foreach (var quota in In(obj["metadata"].Text("namespace") ?? ""))
        {
            var charged = quota.Parse();
            var decision = QuotaDecision.Decide(charged, resource.StoreName, obj, old);
            if (decision.Refusal is { } why)
                throw AdmissionErrors.Forbidden(resource, obj, why);
            if (decision.Used is not { } used)
                continue;
            charged["status"]!["used"] = used;
            charges.Add((quota, charged));
        }

        // What was charged before one of several quotas had changed is given back when the namespace is counted.
        return dryRun || charges.TrueForAll(charge => store.TryUpdate(Resource, charge.Quota, charge.Charged) is not null);
    }

    private bool TryCount(StoredObject quota, bool adopt)
    {
        var obj = quota.Parse();
        if (!adopt && obj["status"].Object("hard") is not { Count: > 0 })
            return true;
        var spec = obj["spec"] as JsonObject ?? [];
        var status = new JsonObject
        {
            ["hard"] = spec["hard"]?.DeepClone() ?? new JsonObject(),
            ["used"] = QuotaDecision.Count(spec, resource => [.. store.List(resource).Objects.Where(other => other.Namespace == quota.Namespace)]),
        };
        if (JsonNode.DeepEquals(status, obj["status"]))
            return true;
        obj["status"] = status;
        return store.TryUpdate(Resource, quota, obj) is not null;
    }

    private IEnumerable<StoredObject> In(string ns) => store.List(Resource).Objects.Where(quota => quota.Namespace == ns);
}
