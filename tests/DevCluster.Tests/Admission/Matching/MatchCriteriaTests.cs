using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission;
using OrleansOperator.DevCluster.Admission.Matching;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Tests.Admission.Matching;

/// <summary>Which requests policies and webhooks are about.</summary>
public sealed class MatchCriteriaTests
{
    private const string Deployments = """{"apiGroups":["apps"],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],"resources":["deployments"]}""";
    private const string Everything = """{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"]}""";
    private const string Labelled = """{"metadata":{"name":"a","labels":{"tier":"gold"}}}""";
    private const string Plain = """{"metadata":{"name":"a"}}""";

    [Theory]
    [InlineData(Deployments, "apps/v1", "Deployment", null, true)]
    [InlineData(Deployments, "apps/v1", "Deployment", "status", false)]
    [InlineData(Deployments, "apps/v1", "StatefulSet", null, false)]
    [InlineData(Everything, "v1", "Pod", null, true)]
    [InlineData(Everything, "v1", "Pod", "status", false)]
    [InlineData("""{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["pods/status"]}""", "v1", "Pod", "status", true)]
    [InlineData("""{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["pods/*"]}""", "v1", "Pod", "status", true)]
    [InlineData("""{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["*/status"]}""", "v1", "Pod", "status", true)]
    [InlineData("""{"apiGroups":[""],"apiVersions":["v1"],"operations":["UPDATE"],"resources":["pods"]}""", "v1", "Pod", null, false)]
    [InlineData("""{"apiGroups":[""],"apiVersions":["v2"],"operations":["*"],"resources":["pods"]}""", "v1", "Pod", null, false)]
    [InlineData("""{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"],"scope":"Cluster"}""", "v1", "Pod", null, false)]
    [InlineData("""{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"],"scope":"Namespaced"}""", "v1", "Pod", null, true)]
    [InlineData("""{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"],"scope":"Namespaced"}""", "v1", "Namespace", null, false)]
    [InlineData("""{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"],"resourceNames":["b"]}""", "v1", "Pod", null, false)]
    [InlineData("""{"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"],"resourceNames":["b","a"]}""", "v1", "Pod", null, true)]
    public void A_rule_matches_groups_versions_resources_operations_scope_and_names(string rule, string version, string kind, string? subresource, bool matches) =>
        Assert.Equal(matches, Match($$"""{"resourceRules":[{{rule}}]}""", Requests.Of(AdmissionOperation.Create, version, kind, Plain, subresource: subresource)) is not null);

    [Theory]
    [InlineData("Equivalent", "autoscaling/v1")]
    [InlineData("Exact", null)]
    public void Another_version_of_the_resource_matches_unless_the_policy_is_exact(string policy, string? matched) =>
        Assert.Equal(matched, Match(
            $$"""{"matchPolicy":"{{policy}}","resourceRules":[{"apiGroups":["autoscaling"],"apiVersions":["v1"],"operations":["*"],"resources":["horizontalpodautoscalers"]}]}""",
            Requests.Of(AdmissionOperation.Create, "autoscaling/v2", "HorizontalPodAutoscaler", Plain))?.ApiVersion);

    [Fact]
    public void An_excluded_resource_does_not_match() => Assert.Null(Match(
        $$"""{"resourceRules":[{{Everything}}],"excludeResourceRules":[{{Deployments}}]}""", Requests.Of(AdmissionOperation.Create, "apps/v1", "Deployment", Plain)));

    [Theory]
    [InlineData(Labelled, null, true)]
    [InlineData(Plain, Labelled, true)]
    [InlineData(Plain, Plain, false)]
    [InlineData(null, Labelled, true)]
    public void An_object_selector_matches_the_new_object_or_the_old_one(string? obj, string? old, bool matches) => Assert.Equal(matches, Match(
        $$"""{"resourceRules":[{{Everything}}],"objectSelector":{"matchLabels":{"tier":"gold"} } }""", Requests.Of(AdmissionOperation.Update, "v1", "Pod", obj, old)) is not null);

    [Theory]
    [InlineData("v1", "Pod", "default", false, true)]
    [InlineData("v1", "Pod", "other", false, false)]
    [InlineData("v1", "Node", "", false, true)]
    [InlineData("v1", "Namespace", "new", false, true)]
    [InlineData("v1", "Namespace", "default", true, true)]
    [InlineData("v1", "Namespace", "other", true, false)]
    public void A_namespace_selector_matches_the_labels_of_the_namespace(string version, string kind, string ns, bool isDeletion, bool matches) => Assert.Equal(matches, Match(
        $$"""{"resourceRules":[{{Everything}}],"namespaceSelector":{"matchExpressions":[{"key":"tier","operator":"In","values":["gold"]}]} }""",
        Requests.Of(isDeletion ? AdmissionOperation.Delete : AdmissionOperation.Create, version, kind, isDeletion ? null : Labelled, ns: ns)) is not null);

    private static ResourceInfo? Match(string criteria, AdmissionAttributes request) => MatchCriteria.Of(JsonNode.Parse(criteria)!.AsObject()).Match(
        request,
        () => [.. BuiltInResources.All().Where(other => other.StoreName == request.Resource.StoreName)],
        name => JsonNode.Parse(name == "default" ? Labelled : Plain)!.AsObject());
}
