using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission.Matching;

/// <summary>Which requests a policy or webhook is about (admissionregistration/v1 <c>NamedRuleWithOperations</c>).</summary>
internal sealed class ResourceRule(JsonObject rule)
{
    private readonly ImmutableArray<string> _operations = Texts(rule, "operations");
    private readonly ImmutableArray<string> _groups = Texts(rule, "apiGroups");
    private readonly ImmutableArray<string> _versions = Texts(rule, "apiVersions");
    private readonly ImmutableArray<(string Resource, string Subresource)> _resources = [.. Texts(rule, "resources").Select(Split)];
    private readonly ImmutableArray<string> _names = Texts(rule, "resourceNames");
    private readonly string _scope = rule.Text("scope") ?? "*";

    /// <summary>Whether it is about a request, taken as one for a version of its resource.</summary>
    public bool Matches(AdmissionAttributes request, ResourceInfo resource) =>
        Has(_operations, request.OperationName) && Has(_groups, resource.Group) && Has(_versions, resource.Version)
        && HasResource(resource.Plural, request.Subresource ?? "") && HasScope(request)
        && (_names.IsEmpty || _names.Contains(request.Name));

    public static ImmutableArray<ResourceRule> All(JsonArray? rules) => [.. (rules ?? []).OfType<JsonObject>().Select(rule => new ResourceRule(rule))];

    private static ImmutableArray<string> Texts(JsonObject rule, string field) => [.. (rule.List(field) ?? []).Select(item => item?.ToString() ?? "")];

    private static (string Resource, string Subresource) Split(string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (resource, "") : (resource[..slash], resource[(slash + 1)..]);
    }

    private static bool Has(ImmutableArray<string> values, string wanted) => values.Contains(wanted) || values.Contains("*");

    private bool HasResource(string resource, string subresource)
    {
        foreach (var rule in _resources)
        {
            if ((rule.Resource == "*" || rule.Resource == resource) && (rule.Subresource == "*" || rule.Subresource == subresource))
                return true;
        }

        return false;
    }

    private bool HasScope(AdmissionAttributes request)
    {
        var isClusterWide = request.IsNamespace || request.Namespace.Length == 0;
        return _scope switch
        {
            "Namespaced" => !isClusterWide,
            "Cluster" => isClusterWide,
            _ => true,
        };
    }
}
