using System.Text.Json.Nodes;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Deploy;

/// <summary>The overlays, installed with kubectl, with the silos that their StatefulSets describe.</summary>
public sealed class InstallTests
{
    private const string Namespace = "orleans-operator";

    [Fact]
    public async Task The_production_overlay_runs_three_silos_that_ask_for_what_their_roles_allow_and_nothing_else()
    {
        await using var cluster = await Clusters.StartAsync();
        using var kubectl = new Kubectl(cluster, null);
        using var client = new ClusterClient(cluster, "default");
        await kubectl.RunAsync($"apply -k {Manifests.Overlay("production")}");
        await using var silos = await InstalledSilos.StartAsync(cluster, Namespace);
        Assert.Equal(3, silos.Replicas);
        await silos.UntilReadyAsync();
        await ActiveAsync(kubectl, 3);

        // All that a Foo may ask for: created, scaled, its Deployment edited, renamed, in conflict with a Deployment of somebody else, deleted.
        await kubectl.RunAsync($"apply -f {Path.Combine(Manifests.Root, "deploy", "examples")}");
        await kubectl.RunAsync("wait --for=condition=Ready foo/example-foo --timeout=60s");
        await kubectl.RunAsync("scale foo/example-foo --replicas=3 --timeout=60s");
        await client.ReadyFoo("example-foo");
        await kubectl.RunAsync("scale deployment/example-foo --replicas=5");
        await client.DeploymentWhere("example-foo", d => d["spec"]!["replicas"]!.GetValue<int>() == 3, "is corrected");
        await client.PatchFooAsync("example-foo", """{"spec":{"deploymentName":"renamed"}}""");
        await client.ReadyFoo("example-foo");
        await Eventually.Holds(() => client.GetDeploymentAsync("example-foo"), d => d is null, "the Deployment of the old name is deleted");
        await kubectl.RunAsync("create deployment taken --image=nginx");
        await client.CreateFooAsync("second", "taken", 1);
        await client.FooWhere("second", f => ClusterClient.ReadyReason(f) == "ErrResourceExists", "is in conflict");
        await client.EventWhere("example-foo", e => e["count"]!.GetValue<int>() > 1);

        // A node is lost, and its pod replaced.
        await silos.LoseAsync(2);
        await ActiveAsync(kubectl, 2);
        await silos.StartAllAsync();
        await silos.UntilReadyAsync();
        await ActiveAsync(kubectl, 3);

        // All nodes are lost at once, after so many crashes that heartbeats of dead silos are removed.
        for (var ordinal = 0; ordinal < silos.Replicas; ordinal++)
            await silos.LoseAsync(ordinal);
        await CrashOftenAsync(client);

        // What starts now meets an API server that does not stream lists.
        cluster.Faults.Fail("watch", "foos", 422, count: 1);
        cluster.Faults.Fail("watch", "deployments", 422, count: 1);
        await silos.StartAllAsync();
        await silos.UntilReadyAsync();
        await ActiveAsync(kubectl, 3);
        await kubectl.RunAsync("delete foo example-foo second");
        await Eventually.Holds(() => client.GetDeploymentAsync("renamed"), d => d is null, "the Deployment is collected");

        for (var ordinal = 0; ordinal < silos.Replicas; ordinal++)
            Assert.Equal(0, await silos.StopAsync(ordinal).WaitAsync(silos.GracePeriod, TestContext.Current.CancellationToken));

        var rules = await RbacRules.ReadAsync(client, Namespace);
        Assert.Equal(rules.Own.Except(RbacRules.WhereEnforced).Order(), RbacRules.Asked(cluster, rules, rules.Own, ns => ns == Namespace));
        Assert.Equal(rules.Watched.Except(RbacRules.WhereEnforced).Order(), RbacRules.Asked(cluster, rules, rules.Watched, _ => true));
    }

    [Fact]
    public async Task The_overlay_for_one_namespace_needs_no_permission_outside_of_it()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await cluster.ApplyAsync(Manifests.OrleansClusterCrd, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl(cluster, null);
        using var client = new ClusterClient(cluster, "default");
        using var elsewhere = await new ClusterClient(cluster, "elsewhere").CreateNamespaceAsync();
        await kubectl.RunAsync($"apply -k {Manifests.Overlay("one-namespace")}");
        await using var silos = await InstalledSilos.StartAsync(cluster, "default");
        await silos.UntilReadyAsync();

        await elsewhere.CreateFooAsync("foo", "foo", 1);
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        Assert.Null(await elsewhere.GetDeploymentAsync("foo"));
        var rules = await RbacRules.ReadAsync(client, "default");
        Assert.Null(await client.FindAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles/orleans-operator"));
        var asked = RbacRules.Asked(cluster, rules, [.. rules.Own, .. rules.Watched], ns => ns == "default");
        Assert.NotEmpty(asked);
        Assert.Empty(asked.Except([.. rules.Own, .. rules.Watched]));
    }

    [Fact]
    public async Task The_roles_hold_the_permissions_that_the_code_declares()
    {
        await using var cluster = await Clusters.StartAsync();
        using var kubectl = new Kubectl(cluster, null);
        using var client = new ClusterClient(cluster, "default");
        await kubectl.RunAsync($"apply -k {Manifests.Overlay("production")}");
        await kubectl.RunAsync($"apply -k {Manifests.Overlay("one-namespace")}");
        var declared = RbacRules.Declared();

        foreach (var ns in new[] { Namespace, "default" })
        {
            var rules = await RbacRules.ReadAsync(client, ns);
            Assert.Equal(declared.Own.Order(), rules.Own.Order());
            Assert.Equal(declared.Watched.Order(), rules.Watched.Order());
        }
    }

    private static Task<string> ActiveAsync(Kubectl kubectl, int silos) => Eventually.Holds(
        () => kubectl.RunAsync($"get orleanscluster orleans-operator -n {Namespace} -o jsonpath={{.status.activeSilos}}"),
        active => active == $"{silos}", $"{silos} silos are active");

    /// <summary>Fills the membership with silos that have died, as a crash loop does.</summary>
    private static async Task CrashOftenAsync(ClusterClient client)
    {
        var path = $"/apis/orleansoperator.io/v1alpha1/namespaces/{Namespace}/orleansclusters/orleans-operator";
        var table = await client.SendAsync(HttpMethod.Get, path);
        var silos = table["status"]!["silos"]!.AsArray();
        for (var i = 1; i <= 120; i++)
        {
            silos.Add(new JsonObject
            {
                ["silo"] = $"127.0.0.1:11111@{i}",
                ["version"] = 1,
                ["status"] = "Dead",
                ["startTime"] = "2026-01-01T00:00:00Z",
                ["aliveTime"] = "2026-01-01T00:00:00Z",
            });
        }

        await client.SendAsync(HttpMethod.Put, path + "/status", table.ToJsonString());
    }
}
