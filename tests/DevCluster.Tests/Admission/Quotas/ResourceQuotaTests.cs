using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Admission.Quotas;

/// <summary>ResourceQuotas by numbers of objects, over HTTP.</summary>
public sealed class ResourceQuotaTests
{
    private const string Quotas = "/api/v1/namespaces/default/resourcequotas";

    [Fact]
    public async Task A_create_beyond_a_quota_is_forbidden_until_a_deletion_gives_back()
    {
        await using var cluster = await WithQuotaAsync("""{"count/configmaps":"1","resourcequotas":"1"}""", """{"count/configmaps":"0","resourcequotas":"1"}""");

        Assert.Equal(201, (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps + "?dryRun=All", TestCluster.ConfigMap("a"))).Code);
        Assert.Equal("0", await UsedAsync(cluster, "count/configmaps"));
        Assert.Equal(201, (await cluster.CreateAsync("a")).Code);
        Assert.Equal("1", await UsedAsync(cluster, "count/configmaps"));

        var refused = await cluster.CreateAsync("b");
        refused.AssertStatus(403);
        Assert.Equal(
            "configmaps \"b\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1",
            refused.Json["message"]!.GetValue<string>());
        Assert.Equal("""{"name":"b","kind":"configmaps"}""", refused.Json["details"]!.ToJsonString());
        Assert.Equal("Forbidden", refused.Json["reason"]!.GetValue<string>());
        (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps + "?dryRun=All", TestCluster.ConfigMap("b"))).AssertStatus(403);

        await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/a");
        await Eventually.Holds(async () => await UsedAsync(cluster, "count/configmaps") == "0");
        Assert.Equal(201, (await cluster.CreateAsync("b")).Code);
    }

    [Fact]
    public async Task A_create_whose_name_is_taken_uses_nothing()
    {
        await using var cluster = await WithQuotaAsync("""{"configmaps":"2"}""", """{"configmaps":"0"}""");
        await cluster.CreateAsync("a");
        (await cluster.CreateAsync("a")).AssertStatus(409);
        Assert.Equal("1", await UsedAsync(cluster, "configmaps"));
    }

    [Fact]
    public async Task Quotas_count_custom_resources()
    {
        await using var cluster = await WithQuotaAsync("""{"count/things.example.com":"0"}""", """{"count/things.example.com":"0"}""");
        await cluster.ApplyAsync(Crds.Things());
        var refused = await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", "{}"));
        refused.AssertStatus(403);
        Assert.StartsWith("things.example.com \"a\" is forbidden: exceeded quota: q, requested: count/things.example.com=1,", refused.Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_creates_at_once_as_many_as_the_quota_allows_succeed()
    {
        await using var cluster = await WithQuotaAsync("""{"configmaps":"7"}""", """{"configmaps":"0"}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => cluster.CreateAsync($"c{i}")));
        Assert.Equal(7, answers.Count(answer => answer.Code == 201));
        Assert.All(answers, answer => Assert.True(answer.Code is 201 or 403));
        Assert.Equal("7", await UsedAsync(cluster, "configmaps"));
    }

    [Fact]
    public async Task A_quota_without_a_quota_controller_limits_nothing()
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { Loops = false });
        await cluster.SendAsync(HttpMethod.Post, Quotas, Quota("""{"configmaps":"0"}"""));
        Assert.Equal(201, (await cluster.CreateAsync("a")).Code);
        Assert.Empty((await cluster.GetAsync(Quotas + "/q")).Json["status"]!.AsObject());
    }

    private static async Task<TestCluster> WithQuotaAsync(string hard, string used)
    {
        var cluster = await TestCluster.StartAsync();
        Assert.Equal(201, (await cluster.SendAsync(HttpMethod.Post, Quotas, Quota(hard))).Code);
        await Eventually.Holds(async () => JsonNode.DeepEquals(JsonNode.Parse(used), (await cluster.GetAsync(Quotas + "/q")).Json["status"]!["used"]));
        return cluster;
    }

    private static async Task<string?> UsedAsync(TestCluster cluster, string name) =>
        (await cluster.GetAsync(Quotas + "/q")).Json["status"]!["used"]![name]?.GetValue<string>();

    private static string Quota(string hard) => $$"""{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q"},"spec":{"hard":{{hard}} } }""";
}
