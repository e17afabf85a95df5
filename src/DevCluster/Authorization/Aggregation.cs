using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns.Validation;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>ClusterRoles whose rules are those of others (Kubernetes, <c>clusterroleaggregation</c> controller).</summary>
internal static class Aggregation
{
    /// <summary>The selectors of an aggregated role; null for a role with rules of its own.</summary>
    public static JsonArray? Selectors(JsonObject role) => role["aggregationRule"].List("clusterRoleSelectors");

    /// <summary>
    /// The rules of an aggregated role, each once: those of the roles that any of its selectors selects, in the order of their names. What these
    /// aggregate themselves is included.
    /// </summary>
    public static JsonArray RulesOf(JsonObject role, IEnumerable<JsonObject> clusterRoles)
    {
        var rules = new List<JsonNode>();
        Collect(role, [.. clusterRoles.OrderBy(NameOf, StringComparer.Ordinal)], [], rules);
        return new JsonArray([.. rules.Select(rule => rule.DeepClone())]);
    }

    private static void Collect(JsonObject role, List<JsonObject> all, HashSet<string> visited, List<JsonNode> rules)
    {
        if (!visited.Add(NameOf(role)))
            return;
        if (Selectors(role) is not { } selectors)
        {
            rules.AddRange((role.List("rules") ?? []).OfType<JsonObject>().Where(rule => !rules.Exists(known => JsonNode.DeepEquals(known, rule))));
            return;
        }

        foreach (var selector in selectors.OfType<JsonObject>())
        {
            foreach (var other in all.Where(other => WorkloadChecks.Selects(selector, other["metadata"].Object("labels"))))
                Collect(other, all, visited, rules);
        }
    }

    private static string NameOf(JsonObject role) => role["metadata"].Text("name") ?? "";
}
