using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns.Validation;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission.Matching;

/// <summary>
/// Which requests a policy, binding or webhook is about: by rules, by labels of the namespace and of the object (apiserver,
/// <c>admission/plugin/policy/matching</c>).
/// </summary>
/// <param name="Rules">The rules; without any every request matches.</param>
/// <param name="Excluded">Rules for what is left out.</param>
/// <param name="IsExact">Whether only the version in the request is looked at (matchPolicy Exact), or every version of the resource.</param>
/// <param name="NamespaceSelector">A label selector, or null.</param>
/// <param name="ObjectSelector">A label selector, or null.</param>
internal sealed record MatchCriteria(
    ImmutableArray<ResourceRule> Rules, ImmutableArray<ResourceRule> Excluded, bool IsExact, JsonObject? NamespaceSelector, JsonObject? ObjectSelector)
{
    /// <summary>Of <c>MatchResources</c>.</summary>
    public static MatchCriteria Of(JsonObject resources) => new(
        ResourceRule.All(resources.List("resourceRules")), ResourceRule.All(resources.List("excludeResourceRules")), resources.Text("matchPolicy") == "Exact",
        resources.Object("namespaceSelector"), resources.Object("objectSelector"));

    /// <summary>The version of the resource by which a request matches; null when it does not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="versions">The versions of the resource, that in the request first.</param>
    /// <param name="namespaces">The labels of a namespace; null when it does not exist.</param>
    /// <exception cref="ApiException">404: the namespace is not there.</exception>
    public ResourceInfo? Match(AdmissionAttributes request, Func<IReadOnlyList<ResourceInfo>> versions, Func<string, JsonObject?> namespaces)
    {
        // Rules are cheaper than selectors, and most requests fail them.
        if (MatchRules(Rules, request, versions, whenEmpty: request.Resource) is not { } matched || MatchRules(Excluded, request, versions, whenEmpty: null) is not null)
            return null;
        return MatchesObject(request) && MatchesNamespace(request, namespaces) ? matched : null;
    }

    private ResourceInfo? MatchRules(ImmutableArray<ResourceRule> rules, AdmissionAttributes request, Func<IReadOnlyList<ResourceInfo>> versions, ResourceInfo? whenEmpty)
    {
        if (rules.IsEmpty)
            return whenEmpty;
        foreach (var rule in rules)
        {
            if (rule.Matches(request, request.Resource))
                return request.Resource;
        }

        if (IsExact)
            return null;
        foreach (var rule in rules)
        {
            foreach (var version in versions())
            {
                if (version != request.Resource && rule.Matches(request, version))
                    return version;
            }
        }

        return null;
    }

    private bool MatchesObject(AdmissionAttributes request) =>
        IsEmpty(ObjectSelector) || Selects(ObjectSelector!, request.Object) || Selects(ObjectSelector!, request.OldObject);

    private bool MatchesNamespace(AdmissionAttributes request, Func<string, JsonObject?> namespaces)
    {
        if (IsEmpty(NamespaceSelector) || request.Namespace.Length == 0)
            return true;
        if (request.IsNamespace && request.Operation != AdmissionOperation.Delete && request.Subresource is null)
            return Selects(NamespaceSelector!, request.Object);
        var found = namespaces(request.Namespace)
            ?? throw new ApiException(404, "NotFound", $"namespaces \"{request.Namespace}\" not found", new JsonObject { ["name"] = request.Namespace, ["kind"] = "namespaces" });
        return Selects(NamespaceSelector!, found);
    }

    private static bool Selects(JsonObject selector, JsonObject? obj) => obj is not null && WorkloadChecks.Selects(selector, obj["metadata"].Object("labels"));

    private static bool IsEmpty(JsonObject? selector) => selector.Object("matchLabels") is not { Count: > 0 } && selector.List("matchExpressions") is not { Count: > 0 };
}
