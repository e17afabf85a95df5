using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>Writes the rules of aggregated ClusterRoles into them (Kubernetes, <c>pkg/controller/clusterroleaggregation</c>). RBAC does not wait for it.</summary>
internal sealed class AggregationLoop(ObjectStore store, LoopStore writes)
{
    private const string ClusterRoles = $"clusterroles.{RbacPolicy.Group}";

    public void Observe(string resource, WatchEvent change)
    {
        if (resource != ClusterRoles)
            return;
        var all = store.List(ClusterRoles).Objects.Select(stored => (stored.Key, Role: stored.Parse())).ToList();
        foreach (var (key, aggregated) in all.Where(entry => Aggregation.Selectors(entry.Role) is not null))
        {
            var rules = Aggregation.RulesOf(aggregated, all.Select(entry => entry.Role));
            if (!JsonNode.DeepEquals(rules, aggregated["rules"] ?? new JsonArray()))
                writes.Change(ClusterRoles, key, role => Write(role, rules));
        }
    }

    private static bool Write(JsonObject role, JsonArray rules)
    {
        if (JsonNode.DeepEquals(rules, role["rules"]))
            return false;
        role["rules"] = rules.DeepClone();
        return true;
    }
}
