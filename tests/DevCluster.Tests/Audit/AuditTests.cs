using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Audit;

public sealed class AuditTests
{
    [Fact]
    public async Task Says_who_wrote_what_with_which_result()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Http.DefaultRequestHeaders.UserAgent.ParseAdd("tester/1");
        await cluster.CreateAsync("a");
        await cluster.CreateAsync("a");
        await cluster.GetAsync(TestCluster.ConfigMaps + "/a");
        await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/a?dryRun=All");
        await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/a");

        // An entry is made when its answer has been written, which may be after the client has it: the next request waits for none.
        await WaitForAsync(cluster, "delete", 2);
        Assert.Equal(
            [("create", "a", 201), ("create", "a", 409), ("delete", "a", 200)],
            cluster.Server.Audit.Writes.Select(entry => (entry.Verb, entry.Name!, entry.Code)));
        Assert.All(cluster.Server.Audit.Writes, entry =>
        {
            Assert.Equal("configmaps", entry.Resource);
            Assert.Equal("default", entry.Namespace);
            Assert.Equal("tester/1", entry.UserAgent);
        });
    }

    [Fact]
    public async Task Counts_requests_per_verb_and_kind()
    {
        await using var cluster = await TestCluster.StartAsync();
        for (var i = 0; i < 3; i++)
            await cluster.CreateAsync($"a{i}");
        await cluster.GetAsync(TestCluster.ConfigMaps);
        await WaitForAsync(cluster, "create", 3);
        await WaitForAsync(cluster, "list", 1);
        var counts = (await cluster.GetAsync("/devcluster/audit/counts")).Json["configmaps"]!;
        Assert.Equal(3, counts["create"]!.GetValue<long>());
        Assert.Equal(1, counts["list"]!.GetValue<long>());
        Assert.Equal(0, cluster.Server.Audit.Count("delete", "configmaps"));
    }

    [Fact]
    public async Task A_mark_leaves_out_what_was_before()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync("a");
        await WaitForAsync(cluster, "create", 1);
        var mark = cluster.Server.Audit.Mark();
        await cluster.CreateAsync("b");
        await WaitForAsync(cluster, "create", 2);
        Assert.Equal("b", Assert.Single(cluster.Server.Audit.Since(mark)).Name);
        var entries = (await cluster.GetAsync($"/devcluster/audit?since={mark}&writes=true")).Json["entries"]!.AsArray();
        Assert.Equal("b", Assert.Single(entries)!["name"]!.GetValue<string>());
    }

    private static async Task WaitForAsync(TestCluster cluster, string verb, long count)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (cluster.Server.Audit.Count(verb, "configmaps") < count)
            await timer.WaitForNextTickAsync(deadline.Token);
    }
}
