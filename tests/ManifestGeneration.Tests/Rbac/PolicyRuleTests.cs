using OrleansOperator.KubeApi;
using OrleansOperator.ManifestGeneration.Rbac;

namespace OrleansOperator.ManifestGeneration.Tests.Rbac;

/// <summary>Roles of what registrations declare.</summary>
public sealed class PolicyRuleTests
{
    private static readonly ResourceType Websites = new("example.com", "v1", "websites", "Website");
    private static readonly ResourceType Events = new("", "v1", "events", "Event");

    [Fact]
    public void Permissions_on_one_resource_are_one_rule_with_verbs_in_the_usual_order()
    {
        var rules = PolicyRule.Of(
        [
            new("patch", Websites, "write the status") { Subresource = "status" },
            new("watch", Websites, "learn of changes"),
            new("impersonate", Websites, "act as them"),
            new("get", Websites, "look"),
            new("create", Events, "tell"),
            new("get", Websites, "look again"),
        ]);

        Assert.Equal(
            ["example.com websites/status patch", "example.com websites get,watch,impersonate", " events create"],
            rules.Select(rule => $"{rule.Group} {rule.Resource} {string.Join(',', rule.Verbs.Select(verb => verb.Verb))}"));
    }

    [Theory]
    [InlineData(true, "ClusterRole", "in all namespaces")]
    [InlineData(false, "Role", "in its own namespace")]
    public void A_role_tells_what_each_verb_is_for(bool isClusterWide, string kind, string where)
    {
        var rules = PolicyRule.Of([new("get", Websites, "look"), new("create", Events, "tell users what happened")]);

        Assert.Equal(
            $"""
            # What the operator may do {where}: what its controllers need, and nothing else.
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {kind}
            metadata:
              name: websites
            rules:
              # get: to look.
              - apiGroups: [example.com]
                resources: [websites]
                verbs: [get]
              # create: to tell users what happened.
              - apiGroups: [""]
                resources: [events]
                verbs: [create]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {kind}Binding
            metadata:
              name: websites
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: {kind}
              name: websites
            subjects:
              - kind: ServiceAccount
                name: websites

            """, RoleText.Of("websites", isClusterWide, rules));
    }
}
