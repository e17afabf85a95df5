using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Resources;

/// <summary>CRDs in API groups of the Kubernetes community (KEP-2337), as kube-apiserver 1.36 answers.</summary>
public sealed class ApiApprovalTests
{
    private const string Collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Missing = "Required value: protected groups must have approval annotation \"api-approved.kubernetes.io\", see https://github.com/kubernetes/enhancements/pull/1111";
    private const string Nonsense = "Invalid value: \"nonsense\": protected groups must have approval annotation \"api-approved.kubernetes.io\" with either a URL or a reason starting with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111";

    [Theory]
    [InlineData("sample.k8s.io", null, Missing)]
    [InlineData("sample.kubernetes.io", null, Missing)]
    [InlineData("sample.k8s.io", "", Missing)]
    [InlineData("sample.k8s.io", "nonsense", Nonsense)]
    [InlineData("sample.k8s.io", "unapproved, experimental-only", null)]
    [InlineData("sample.k8s.io", "https://github.com/kubernetes/enhancements/pull/1", null)]
    [InlineData("sample.x-k8s.io", null, null)]
    [InlineData("example.com", "nonsense", null)]
    public async Task A_CRD_of_a_protected_group_needs_an_approval(string group, string? annotation, string? refusal)
    {
        await using var cluster = await TestCluster.StartAsync();

        var answer = await cluster.SendAsync(HttpMethod.Post, Collection, Crd(group, annotation));

        if (refusal is null)
        {
            Assert.Equal(201, answer.Code);
            return;
        }

        answer.AssertStatus(422);
        var cause = Assert.Single(answer.Json["details"]!["causes"]!.AsArray())!;
        Assert.Equal("metadata.annotations[api-approved.kubernetes.io]", cause["field"]!.GetValue<string>());
        Assert.Equal(refusal, cause["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_condition_follows_the_annotation()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.SendAsync(HttpMethod.Post, Collection, Crd("sample.k8s.io", "unapproved, experimental-only"));
        Assert.Equal(("False", "UnapprovedAnnotation"), await ConditionAsync(cluster, "sample.k8s.io"));

        (await AnnotateAsync(cluster, "null")).AssertStatus(422);
        Assert.Equal(200, (await AnnotateAsync(cluster, "\"https://example.com/approved\"")).Code);
        Assert.Equal(("True", "ApprovedAnnotation"), await ConditionAsync(cluster, "sample.k8s.io"));

        await cluster.SendAsync(HttpMethod.Post, Collection, Crd("example.com", null));
        Assert.Null(await ConditionAsync(cluster, "example.com"));
    }

    private static Task<Answer> AnnotateAsync(TestCluster cluster, string value) => cluster.SendAsync(
        HttpMethod.Patch, Collection + "/things.sample.k8s.io",
        $$$"""{"metadata":{"annotations":{"api-approved.kubernetes.io":{{{value}}}} } }""", "application/merge-patch+json");

    private static async Task<(string Status, string Reason)?> ConditionAsync(TestCluster cluster, string group)
    {
        var crd = (await cluster.GetAsync($"{Collection}/things.{group}")).Json;
        var conditions = crd["status"]!["conditions"]!.AsArray().Where(c => c!["type"]!.GetValue<string>() == "KubernetesAPIApprovalPolicyConformant");
        return conditions.SingleOrDefault() is { } condition
            ? (condition["status"]!.GetValue<string>(), condition["reason"]!.GetValue<string>())
            : null;
    }

    private static string Crd(string group, string? annotation)
    {
        var crd = JsonNode.Parse(Crds.Things())!;
        crd["metadata"]!["name"] = $"things.{group}";
        crd["spec"]!["group"] = group;
        if (annotation is not null)
            crd["metadata"]!["annotations"] = new JsonObject { ["api-approved.kubernetes.io"] = annotation };
        return crd.ToJsonString();
    }
}
