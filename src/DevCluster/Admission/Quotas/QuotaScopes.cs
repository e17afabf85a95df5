using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Admission.Quotas;

/// <summary>Which objects a quota with scopes is about: pods only, and of these those in all of its scopes (core/v1 <c>ResourceQuotaScope</c>).</summary>
internal static class QuotaScopes
{
    private static readonly string[] Affinities = ["podAffinity", "podAntiAffinity"];
    private static readonly string[] Containers = ["containers", "initContainers"];

    /// <param name="quota">The <c>spec</c> of a quota.</param>
    /// <param name="resource"><c>plural.group</c> of the object.</param>
    /// <param name="obj">The object.</param>
    public static bool Covers(JsonObject quota, string resource, JsonObject obj)
    {
        var scopes = (quota.List("scopes") ?? []).Select(scope => new JsonObject { ["scopeName"] = scope!.ToString(), ["operator"] = "Exists" })
            .Concat((quota["scopeSelector"].List("matchExpressions") ?? []).OfType<JsonObject>()).ToList();
        return scopes.Count == 0 || (resource == "pods" && scopes.TrueForAll(scope => Covers(scope, obj["spec"] as JsonObject ?? [])));
    }

    private static bool Covers(JsonObject scope, JsonObject pod) => scope.Text("scopeName") switch
    {
        "Terminating" => pod["activeDeadlineSeconds"] is not null,
        "NotTerminating" => pod["activeDeadlineSeconds"] is null,
        "BestEffort" => IsBestEffort(pod),
        "NotBestEffort" => !IsBestEffort(pod),
        "PriorityClass" => HasPriority(scope, pod.Text("priorityClassName") ?? ""),
        "CrossNamespacePodAffinity" => Affinities.Any(kind => NamesNamespaces(pod.Dig("affinity", kind))),
        _ => false,
    };

    private static bool IsBestEffort(JsonObject pod) => Containers
        .SelectMany(list => pod.List(list) ?? [])
        .All(container => container.Dig("resources", "requests") is not JsonObject { Count: > 0 } && container.Dig("resources", "limits") is not JsonObject { Count: > 0 });

    private static bool HasPriority(JsonObject scope, string name)
    {
        var isAmong = (scope.List("values") ?? []).Any(value => value?.ToString() == name);
        return scope.Text("operator") switch
        {
            "In" => isAmong,
            "NotIn" => !isAmong,
            "DoesNotExist" => name.Length == 0,
            _ => name.Length > 0,
        };
    }

    private static bool NamesNamespaces(JsonNode? affinity)
    {
        var required = affinity.List("requiredDuringSchedulingIgnoredDuringExecution") ?? [];
        var preferred = (affinity.List("preferredDuringSchedulingIgnoredDuringExecution") ?? []).Select(term => term?["podAffinityTerm"]);
        return required.Concat(preferred).Any(term => term.List("namespaces") is { Count: > 0 } || term.Object("namespaceSelector") is not null);
    }
}
