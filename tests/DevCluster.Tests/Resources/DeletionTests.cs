using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Resources;

public sealed class DeletionTests
{
    private const string Crd = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.example.com";
    private const string Unfinalize = """{"metadata":{"finalizers":null}}""";

    [Fact]
    public async Task A_crd_stays_until_the_last_of_its_objects_is_finalized()
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { Loops = false });
        await cluster.ApplyAsync(Crds.Things());
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("held", "{}", ""","finalizers":["example.com/hold"]"""));
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("free", "{}"));
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Delete, Crd)).Code);
        Assert.Equal(404, (await cluster.GetAsync(Crds.Path + "/free")).Code);
        Assert.NotNull((await cluster.GetAsync(Crds.Path + "/held")).Json["metadata"]!["deletionTimestamp"]);
        Assert.Equal(200, (await cluster.GetAsync(Crd)).Code);
        (await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("new", "{}"))).AssertStatus(405);
        await cluster.SendAsync(HttpMethod.Patch, Crds.Path + "/held", Unfinalize, "application/merge-patch+json");
        await GoneAsync(cluster, Crd);
        Assert.Equal(404, (await cluster.GetAsync(Crds.Path)).Code);

        // The same again, from nothing.
        await cluster.ApplyAsync(Crds.Things());
        Assert.Empty((await cluster.GetAsync(Crds.Path)).Json["items"]!.AsArray());
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 404)]
    public async Task In_the_foreground_an_owner_waits_for_the_dependents_that_block_it(bool blocks, int owner)
    {
        await using var cluster = await TestCluster.StartAsync();
        var uid = (await cluster.CreateAsync("owner")).Json["metadata"]!["uid"]!.GetValue<string>();
        await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, TestCluster.ConfigMap("dependent", $$"""
            ,"finalizers":["example.com/hold"],"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{uid}}","blockOwnerDeletion":{{(blocks ? "true" : "false")}} }]
            """));
        await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/owner?propagationPolicy=Foreground");
        await Until(async () => (await cluster.GetAsync(TestCluster.ConfigMaps + "/dependent")).Json["metadata"]!["deletionTimestamp"] is not null);
        if (owner == 404)
            await GoneAsync(cluster, TestCluster.ConfigMaps + "/owner");
        else
            Assert.Equal(owner, (await cluster.GetAsync(TestCluster.ConfigMaps + "/owner")).Code);
        await cluster.SendAsync(HttpMethod.Patch, TestCluster.ConfigMaps + "/dependent", Unfinalize, "application/merge-patch+json");
        await GoneAsync(cluster, TestCluster.ConfigMaps + "/owner");
    }

    [Fact]
    public async Task A_namespace_goes_when_it_is_empty()
    {
        await using var cluster = await TestCluster.StartAsync();
        const string inside = "/api/v1/namespaces/team/configmaps";
        await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces", """{"metadata":{"name":"team"}}""");
        await cluster.SendAsync(HttpMethod.Post, inside, TestCluster.ConfigMap("free"));
        await cluster.SendAsync(HttpMethod.Post, inside, TestCluster.ConfigMap("held", ""","finalizers":["example.com/hold"]"""));
        Assert.Equal("Terminating", (await cluster.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/team")).Json["status"]!["phase"]!.GetValue<string>());
        (await cluster.SendAsync(HttpMethod.Post, inside, TestCluster.ConfigMap("late"))).AssertStatus(403);
        await GoneAsync(cluster, inside + "/free");
        Assert.Equal(200, (await cluster.GetAsync("/api/v1/namespaces/team")).Code);
        await cluster.SendAsync(HttpMethod.Patch, inside + "/held", Unfinalize, "application/merge-patch+json");
        await GoneAsync(cluster, "/api/v1/namespaces/team");
    }

    private static Task GoneAsync(TestCluster cluster, string path) => Until(async () => (await cluster.GetAsync(path)).Code == 404);

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await holds())
            await timer.WaitForNextTickAsync(deadline.Token);
    }
}
