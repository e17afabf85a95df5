using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.ManifestGeneration.Rbac;

/// <summary>One rule of a role: what may be done with one resource.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">The plural name, with <c>/subresource</c> where there is one.</param>
/// <param name="Verbs">The verbs, and what each is for, in the order in which roles name them.</param>
public sealed record PolicyRule(string Group, string Resource, IReadOnlyList<(string Verb, string Reason)> Verbs)
{
    private static readonly string[] Order = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    /// <summary>The rules that allow some permissions and nothing else: one per resource, in the order of their first mention.</summary>
    public static IReadOnlyList<PolicyRule> Of(IEnumerable<PermissionRequirement> permissions) =>
    [
        .. permissions.GroupBy(static permission => (permission.Resource.Group, Resource: Named(permission))).Select(static rule => new PolicyRule(
            rule.Key.Group,
            rule.Key.Resource,
            [
                .. rule.DistinctBy(static permission => permission.Verb).Select(static permission => (permission.Verb, permission.Reason))
                    .OrderBy(static verb => Array.IndexOf(Order, verb.Verb) is >= 0 and var place ? place : Order.Length).ThenBy(static verb => verb.Verb, StringComparer.Ordinal),
            ])),
    ];

    private static string Named(PermissionRequirement permission) =>
        permission.Resource.Plural + (permission.Subresource is null ? "" : "/" + permission.Subresource);
}
