using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>
/// Nobody gives by a role or a binding what he does not have himself, unless he has the verbs <c>escalate</c> or <c>bind</c> (Kubernetes,
/// <c>pkg/registry/rbac</c>, <c>policybased</c> storages).
/// </summary>
internal sealed class EscalationCheck(Authorizer authorizer, ResourceRegistry registry, Storage.ObjectStore store)
{
    /// <param name="user">Who writes.</param>
    /// <param name="resource">The kind of the object.</param>
    /// <param name="obj">The object as it is to be stored.</param>
    /// <param name="old">The object that it replaces, or null.</param>
    /// <exception cref="ApiException">403.</exception>
    public void Check(UserInfo user, ResourceInfo resource, JsonObject obj, JsonObject? old)
    {
        if (resource.Group != RbacPolicy.Group || user.IsMaster || (old is not null && ChangesMetadataOnly(obj, old)))
            return;
        var ns = obj["metadata"].Text("namespace");
        var rules = resource.Plural is "roles" or "clusterroles" ? RulesOfRole(user, resource, obj, ns) : RulesOfBinding(user, obj, ns);
        if (rules is not null && Lacking(user, ns, rules) is { Length: > 0 } why)
            throw ApiErrors.Forbidden(resource, obj["metadata"].Text("name") ?? "", why);
    }

    private PolicyRule[]? RulesOfRole(UserInfo user, ResourceInfo resource, JsonObject role, string? ns)
    {
        var name = role["metadata"].Text("name");
        if (authorizer.Allows(RequestAttributes.Of(user, "escalate", RbacPolicy.Group, resource.Plural, null, ns, name)))
            return null;
        if (Aggregation.Selectors(role) is not null)
        {
            // What it will select is not known: it takes the right to everything.
            return [new PolicyRule(["*"], ["*"], ["*"], [], []), new PolicyRule(["*"], [], [], [], ["*"])];
        }

        return PolicyRule.In(role);
    }

    private PolicyRule[]? RulesOfBinding(UserInfo user, JsonObject binding, string? ns)
    {
        var (isRole, name) = (binding["roleRef"].Text("kind") == "Role", binding["roleRef"].Text("name") ?? "");
        var plural = isRole ? "roles" : "clusterroles";
        if (authorizer.Allows(RequestAttributes.Of(user, "bind", RbacPolicy.Group, plural, null, ns, name)))
            return null;
        var stored = store.Find($"{plural}.{RbacPolicy.Group}", isRole ? ns ?? "" : "", name)
            ?? throw ApiErrors.NotFound(registry.Find(RbacPolicy.Group, "v1", plural)!, name);
        return PolicyRule.In(stored.Parse());
    }

    /// <summary>What the user lacks of some rules, as the message that refuses them; empty when it is nothing.</summary>
    private string Lacking(UserInfo user, string? ns, PolicyRule[] rules)
    {
        var own = authorizer.Policy.RulesOf(user, ns).ToList();
        var missing = rules.SelectMany(rule => rule.BrokenDown()).Where(rule => !own.Exists(held => held.Covers(rule))).ToList();
        if (missing.Count == 0)
            return "";
        var lines = Compact(missing).Select(rule => rule.ToString()).Order(StringComparer.Ordinal);
        return $"user \"{user.Name}\" (groups=[{string.Join(' ', user.Groups.Select(GoText.Quote))}]) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', lines)}";
    }

    /// <summary>Rules that differ in their verbs only become one.</summary>
    private static IEnumerable<PolicyRule> Compact(IEnumerable<PolicyRule> rules) =>
        rules.GroupBy(rule => (rule with { Verbs = [] }).ToString())
            .Select(same => same.First() with { Verbs = [.. same.SelectMany(rule => rule.Verbs).Distinct()] });

    private static bool ChangesMetadataOnly(JsonObject obj, JsonObject old) =>
        obj.Count == old.Count && obj.All(pair => pair.Key == "metadata" || JsonNode.DeepEquals(pair.Value, old[pair.Key]));
}
