using OrleansOperator.DevCluster;
using OrleansOperator.DevCluster.Audit;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Foos;

/// <summary>What holds when the cluster misbehaves, when nothing happens, and across restarts. Each test has a cluster of its own.</summary>
public sealed class FooResilienceTests
{
    private static async Task<DevClusterServer> ClusterAsync(string? crd = null)
    {
        var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(crd ?? Manifests.FooCrd, TestContext.Current.CancellationToken);
        return cluster;
    }

    private static IEnumerable<AuditEntry> OperatorWrites(DevClusterServer cluster, long mark) =>
        cluster.Audit.Since(mark).Where(e => e.IsWrite && e.UserAgent.StartsWith("orleans-operator", StringComparison.Ordinal));

    [Theory]
    [InlineData("create", "deployments", 500)]
    [InlineData("create", "deployments", 503)]
    [InlineData("create", "deployments", 429)]
    [InlineData("create", "deployments", 409)]
    [InlineData("patch", "foos/status", 500)]
    [InlineData("patch", "foos/status", 409)]
    [InlineData("patch", "foos/status", 504)]
    [InlineData("create", "events", 500)]
    public async Task Row_16_failed_requests_are_tried_again(string verb, string resource, int status)
    {
        await using var cluster = await ClusterAsync();
        await using var silo = await Operator.StartAsync(cluster);
        using var client = new ClusterClient(cluster, "default");
        cluster.Faults.Fail(verb, resource, status, count: 3, retryAfter: status == 429 ? TimeSpan.FromSeconds(1) : null);

        await client.CreateFooAsync("foo", "foo", 2);

        await client.ReadyFoo("foo");
        await client.EventWhere("foo", e => e["reason"]!.GetValue<string>() == "Synced");
        Assert.True(cluster.Audit.Count("create", "deployments") <= 4, "no hot loop");
    }

    [Theory]
    [InlineData("create", "deployments")]
    [InlineData("patch", "foos/status")]
    public async Task Row_16_a_lost_answer_is_no_lost_write_and_no_second_one(string verb, string resource)
    {
        await using var cluster = await ClusterAsync();
        await using var silo = await Operator.StartAsync(cluster);
        using var client = new ClusterClient(cluster, "default");
        cluster.Faults.LoseAnswers(verb, resource, count: 2);

        await client.CreateFooAsync("foo", "foo", 2);

        await client.ReadyFoo("foo");
        Assert.Single(cluster.Audit.Entries, e => e.Verb == "create" && e.Resource == "deployments" && e.Code != 409);
    }

    [Fact]
    public async Task Row_16_a_server_that_asks_to_wait_is_not_asked_before()
    {
        await using var cluster = await ClusterAsync();
        await using var silo = await Operator.StartAsync(cluster);
        using var client = new ClusterClient(cluster, "default");
        cluster.Faults.Fail("create", "deployments", 429, count: 1, retryAfter: TimeSpan.FromSeconds(2));

        await client.CreateFooAsync("foo", "foo", 2);
        await client.ReadyFoo("foo");

        var tries = cluster.Audit.Entries.Where(e => e is { Verb: "create", Resource: "deployments" }).ToList();
        Assert.Equal([429, 201], tries.Select(e => e.Code));
        Assert.True(tries[1].Time - tries[0].Time >= TimeSpan.FromSeconds(2), $"{tries[1].Time - tries[0].Time} between the tries");
    }

    [Fact]
    public async Task Row_16_a_Foo_made_while_no_answers_come_is_reconciled_when_they_do()
    {
        await using var cluster = await ClusterAsync();
        await using var silo = await Operator.StartAsync(cluster);
        using var client = new ClusterClient(cluster, "default");
        cluster.Faults.Delay("create", "deployments", TimeSpan.FromSeconds(1), count: 1);
        cluster.Faults.LoseAnswers("create", "deployments", count: 1);

        await client.CreateFooAsync("foo", "foo", 2);

        await client.ReadyFoo("foo");
        Assert.Single(cluster.Audit.Entries, e => e is { Verb: "create", Resource: "deployments", Code: 201 });
    }

    [Fact]
    public async Task Row_16_changes_made_while_the_API_server_is_away_are_reconciled_when_it_is_back()
    {
        await using var cluster = await ClusterAsync();
        await using var silo = await Operator.StartAsync(cluster);
        using var client = new ClusterClient(cluster, "default");
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        cluster.Faults.GoAway();
        cluster.Faults.CompactHistory();
        cluster.Faults.ComeBack();
        await client.PatchFooAsync("foo", """{"spec":{"replicas":3}}""");

        await client.DeploymentWhere("foo", d => d["spec"]!["replicas"]!.GetValue<int>() == 3, "follows");
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Row_17_a_namespace_that_is_deleted_takes_its_Foos_along_without_a_storm()
    {
        await using var cluster = await ClusterAsync();
        await using var silo = await Operator.StartAsync(cluster);
        using var client = await new ClusterClient(cluster, "leaving").CreateNamespaceAsync();
        for (var i = 0; i < 20; i++)
            await client.CreateFooAsync($"foo-{i}", $"foo-{i}", 1);
        for (var i = 0; i < 20; i++)
            await client.ReadyFoo($"foo-{i}");
        var mark = cluster.Audit.Mark();

        await client.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/leaving");

        await Eventually.Holds(() => client.FindAsync("/api/v1/namespaces/leaving"), ns => ns is null, "the namespace is gone");
        using var other = new ClusterClient(cluster, "default");
        await other.CreateFooAsync("later", "later", 1);
        await other.ReadyFoo("later");
        Assert.True(OperatorWrites(cluster, mark).Count(e => e.Namespace == "leaving") <= 20 * 3, "at most a few requests per Foo");
    }

    [Fact]
    public async Task Row_17_a_Deployment_deleted_with_its_namespace_is_not_made_again()
    {
        await using var cluster = await ClusterAsync();
        await using var silo = await Operator.StartAsync(cluster);
        using var client = await new ClusterClient(cluster, "leaving").CreateNamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1, ",\"finalizers\":[\"example.com/hold\"]");
        await client.ReadyFoo("foo");
        var mark = cluster.Audit.Mark();

        await client.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/leaving");
        await Eventually.Holds(() => client.GetDeploymentAsync("foo"), d => d is null, "the Deployment is gone");
        await client.PatchFooAsync("foo", """{"metadata":{"finalizers":null}}""");
        await Eventually.Holds(() => client.FindAsync("/api/v1/namespaces/leaving"), ns => ns is null, "the namespace is gone");

        Assert.DoesNotContain(OperatorWrites(cluster, mark), e => e is { Resource: "deployments", Code: 201 });
        Assert.InRange(OperatorWrites(cluster, mark).Count(e => e.Namespace == "leaving"), 0, 3);
    }

    [Fact]
    public async Task Row_15_an_invalid_Deployment_is_not_tried_again_until_the_Foo_changes()
    {
        await using var cluster = await ClusterAsync(Manifests.FooCrdWithoutRules);
        using var client = new ClusterClient(cluster, "default");
        await using var silo = await Operator.StartAsync(cluster);
        await client.CreateFooAsync("foo", "Bad_Name", 1);

        var refused = await client.FooWhere("foo", f => ClusterClient.ReadyReason(f) == "DeploymentInvalid", "is refused");
        Assert.Contains("RFC 1123", ClusterClient.Ready(refused)!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        var warning = await client.EventWhere("foo", e => e["reason"]!.GetValue<string>() == "DeploymentInvalid");
        Assert.Equal(1, warning["count"]!.GetValue<int>());
        await client.PatchFooAsync("foo", """{"metadata":{"labels":{"touched":"yes"}}}""");
        await client.CreateFooAsync("later", "later", 1);
        await client.ReadyFoo("later");
        Assert.Single(cluster.Audit.Entries, e => e.Verb == "create" && e.Resource == "deployments" && e.Namespace == client.Namespace && e.Name == "Bad_Name");

        await client.PatchFooAsync("foo", """{"spec":{"deploymentName":"good"}}""");
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Row_18_not_one_write_on_resync_or_restart()
    {
        await using var cluster = await ClusterAsync();
        using var client = new ClusterClient(cluster, "default");
        long mark;
        await using (await Operator.StartAsync(cluster))
        {
            for (var i = 0; i < 50; i++)
                await client.CreateFooAsync($"foo-{i}", $"foo-{i}", i % 2 == 0 ? 2 : null);
            for (var i = 0; i < 50; i++)
                await client.ReadyFoo($"foo-{i}");
            await client.EventWhere("foo-49", e => e["reason"]!.GetValue<string>() == "Synced");
        }

        mark = cluster.Audit.Mark();
        await using (var restarted = await Operator.StartAsync(cluster, settings => settings with { ResyncPeriod = TimeSpan.FromSeconds(1) }))
        {
            // Several rounds of both feeds.
            await Eventually.Holds(
                () => restarted.MetricAsync("anti_entropy_round_seconds_count"), count => count >= 6, "feeds and grains are compared");
            Assert.Empty(OperatorWrites(cluster, mark));
            Assert.DoesNotContain(cluster.Audit.Since(mark), e => e.Verb == "get" && e.UserAgent.StartsWith("orleans-operator", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Row_19_with_the_older_CRD_all_else_works_and_nothing_is_written_twice()
    {
        await using var cluster = await ClusterAsync(Manifests.OlderCrd);
        using var client = new ClusterClient(cluster, "default");
        await using (await Operator.StartAsync(cluster))
        {
            await client.CreateFooAsync("foo", "foo", 2);
            await client.FooWhere("foo", f => f["status"]?["availableReplicas"]?.GetValue<int>() == 2, "has its replicas");
            await client.EventWhere("foo", e => e["reason"]!.GetValue<string>() == "Synced");
            await client.CreateDeploymentAsync(FooLifecycleTests.PlainDeployment("taken"));
            await client.CreateFooAsync("second", "taken", 1);
            await client.EventWhere("second", e => e["reason"]!.GetValue<string>() == "ErrResourceExists");
            await client.DeleteFooAsync("second");
        }

        var mark = cluster.Audit.Mark();
        await using (var restarted = await Operator.StartAsync(cluster, settings => settings with { ResyncPeriod = TimeSpan.FromSeconds(1) }))
        {
            await Eventually.Holds(
                () => restarted.MetricAsync("anti_entropy_round_seconds_count"), count => count >= 6, "feeds and grains are compared");
            Assert.Empty(OperatorWrites(cluster, mark));
        }
    }

    [Fact]
    public async Task Row_20_what_admission_changes_back_is_not_written_in_a_loop()
    {
        await using var cluster = await ClusterAsync();
        cluster.Faults.Rewrite("deployments", deployment =>
        {
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "mirror.example.com/nginx:latest";
            return deployment;
        });
        using var client = new ClusterClient(cluster, "default");
        long mark;
        await using (await Operator.StartAsync(cluster))
        {
            await client.CreateFooAsync("foo", "foo", 1);
            var told = await client.FooWhere("foo", f => ClusterClient.ReadyReason(f) == "ChangedByAdmission", "says so");
            Assert.Contains("image mirror.example.com/nginx:latest instead of nginx:latest", ClusterClient.Ready(told)!["message"]!.GetValue<string>(), StringComparison.Ordinal);
            var warning = await client.EventWhere("foo", e => e["reason"]!.GetValue<string>() == "ChangedByAdmission");
            Assert.Equal(1, warning["count"]!.GetValue<int>());

            // Someone else changes the Deployment: one more try.
            mark = cluster.Audit.Mark();
            await client.PatchDeploymentAsync("foo", """{"spec":{"replicas":4}}""");
            await client.DeploymentWhere("foo", d => d["spec"]!["replicas"]!.GetValue<int>() == 1, "is repaired as far as it can be");
            await client.CreateFooAsync("later", "later", 1);
            await client.FooWhere("later", f => ClusterClient.ReadyReason(f) == "ChangedByAdmission", "says so");
            Assert.InRange(OperatorWrites(cluster, mark).Count(e => e.Resource == "deployments" && e.Name == "foo"), 1, 2);
        }

        mark = cluster.Audit.Mark();
        await using (var restarted = await Operator.StartAsync(cluster))
            Assert.Empty(OperatorWrites(cluster, mark));
    }
}
