using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Admission;

/// <summary>The admission plugin OwnerReferencesPermissionEnforcement.</summary>
public sealed class OwnerReferencesTests
{
    [Theory]
    [InlineData("""["create"]""", "[]", false, "cannot set an ownerRef on a resource you can't delete: ")]
    [InlineData("""["create","delete"]""", "[]", false, null)]
    [InlineData("""["create","delete"]""", "[]", true, "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ")]
    [InlineData("""["create","delete"]""", """["update"]""", true, null)]
    public async Task Owners_are_set_by_who_may_delete_the_object_and_block_by_who_may_set_their_finalizers(string verbs, string onFinalizers, bool blocks, string? refusal)
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { OwnerReferencesPermissionEnforcement = true, Users = [new DevClusterUser("jane", "secret")] });
        var finalizers = onFinalizers == "[]" ? "" : $$""",{"apiGroups":[""],"resources":["configmaps/finalizers"],"verbs":{{onFinalizers}} }""";
        await cluster.ApplyAsync($$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":{{verbs}} }{{finalizers}}]}""");
        await cluster.ApplyAsync("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"r"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"jane"}]}""");
        var uid = (await cluster.CreateAsync("owner")).Json["metadata"]!["uid"]!.GetValue<string>();
        var owned = TestCluster.ConfigMap("owned", $$""","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{uid}}","blockOwnerDeletion":{{(blocks ? "true" : "false")}} }]""");

        using var jane = cluster.Server.CreateHttpClient(null);
        jane.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        using var content = new StringContent(owned, Encoding.UTF8, "application/json");
        using var response = await jane.PostAsync(TestCluster.ConfigMaps, content, TestContext.Current.CancellationToken);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(refusal is null ? 201 : 403, (int)response.StatusCode);
        if (refusal is not null)
            Assert.StartsWith("configmaps \"owned\" is forbidden: " + refusal, answer["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
