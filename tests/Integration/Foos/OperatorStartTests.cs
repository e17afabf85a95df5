using System.Net;
using System.Text;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Foos;

/// <summary>A cluster that is not ready for the operator: it says what is missing, goes on trying, and heals.</summary>
public sealed class OperatorStartTests
{
    [Fact]
    public async Task A_missing_CRD_is_named_and_waited_for()
    {
        await using var cluster = await Clusters.StartAsync();
        await using var silo = await Operator.StartAsync(cluster, untilReady: false);

        var (code, _) = await Eventually.Holds(() => silo.GetAsync("/readyz"),
            answer => answer.Text.Contains("CustomResourceDefinition \"foos.samplecontroller.k8s.io\" is missing", StringComparison.Ordinal), "the CRD is named");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);

        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await silo.UntilReadyAsync();
    }

    [Fact]
    public async Task A_missing_permission_is_named_and_waited_for()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        cluster.Faults.Fail("watch", "deployments", 403);
        await using var silo = await Operator.StartAsync(cluster, untilReady: false);

        await Eventually.Holds(() => silo.GetAsync("/readyz"),
            answer => answer.Text.Contains("Permission missing: \"watch\" on \"deployments.apps\"", StringComparison.Ordinal), "the permission is named");

        cluster.Faults.Clear();
        await silo.UntilReadyAsync();
    }

    [Fact]
    public async Task A_verb_that_the_role_does_not_have_is_named_and_waited_for()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        using var kubeconfig = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(kubeconfig.Path);
        var role = Manifests.File("deploy", "components", "cluster-wide", "role.yaml").Split("---")[0];
        await cluster.ApplyAsync(role.Replace("verbs: [get, list, watch, create, patch, delete]", "verbs: [get, list, create, patch, delete]", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await using var silo = await Operator.StartAsync(cluster, settings => settings with { Kubeconfig = kubeconfig.Path }, untilReady: false);

        await Eventually.Holds(() => silo.GetAsync("/readyz"),
            answer => answer.Text.Contains("Permission missing: \"watch\" on \"deployments.apps\"", StringComparison.Ordinal), "the permission is named");

        await cluster.ApplyAsync(role, TestContext.Current.CancellationToken);
        await silo.UntilReadyAsync();
    }

    [Fact]
    public async Task A_token_that_is_rotated_under_a_running_operator_is_taken_over()
    {
        await using var cluster = await Clusters.StartAsync(new DevClusterOptions { Token = "first" });
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        using var token = new TemporaryFile();
        await File.WriteAllTextAsync(token.Path, "first", TestContext.Current.CancellationToken);
        using var kubeconfig = new TemporaryFile();
        await File.WriteAllTextAsync(kubeconfig.Path, Kubeconfig(cluster, $"tokenFile: {token.Path}"), TestContext.Current.CancellationToken);
        await using var silo = await Operator.StartAsync(cluster, settings => settings with { Kubeconfig = kubeconfig.Path });
        using (var before = new ClusterClient(cluster, "default", "first"))
        {
            await before.CreateFooAsync("before", "before", 1);
            await before.ReadyFoo("before");
        }

        cluster.Faults.RotateToken("second");
        await File.WriteAllTextAsync(token.Path, "second", TestContext.Current.CancellationToken);

        using var client = new ClusterClient(cluster, "default", "second");
        await client.CreateFooAsync("after", "after", 1);
        await client.ReadyFoo("after");
    }

    [Fact]
    public async Task An_exec_plugin_gives_the_credentials_and_is_asked_again_when_they_are_refused()
    {
        await using var cluster = await Clusters.StartAsync(new DevClusterOptions { Token = "first" });
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        using var token = new TemporaryFile();
        await File.WriteAllTextAsync(token.Path, "first", TestContext.Current.CancellationToken);
        using var kubeconfig = new TemporaryFile();
        var script = $$$"""printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat {{{token.Path}}})" """;
        await File.WriteAllTextAsync(
            kubeconfig.Path,
            Kubeconfig(cluster, $"exec: {{ apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, '{script.Trim().Replace("'", "''", StringComparison.Ordinal)}'], interactiveMode: Never }}"),
            TestContext.Current.CancellationToken);
        await using var silo = await Operator.StartAsync(cluster, settings => settings with { Kubeconfig = kubeconfig.Path });

        await File.WriteAllTextAsync(token.Path, "second", TestContext.Current.CancellationToken);
        cluster.Faults.RotateToken("second");

        using var client = new ClusterClient(cluster, "default", "second");
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Only_the_namespaces_asked_for_are_looked_at()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        using var inside = await new ClusterClient(cluster, "inside").CreateNamespaceAsync();
        using var outside = await new ClusterClient(cluster, "outside").CreateNamespaceAsync();
        await using var silo = await Operator.StartAsync(cluster, settings => settings with { Namespaces = ["inside"] });

        await outside.CreateFooAsync("foo", "foo", 1);
        await inside.CreateFooAsync("foo", "foo", 1);

        await inside.ReadyFoo("foo");
        Assert.Null(await outside.GetDeploymentAsync("foo"));
    }

    [Fact]
    public async Task Uid_ranges_cover_every_object_whether_the_server_knows_shards_or_not()
    {
        foreach (var known in new[] { true, false })
        {
            await using var cluster = await Clusters.StartAsync(new DevClusterOptions { ShardedListAndWatch = known });
            await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
            using var client = new ClusterClient(cluster, "default");
            await using var silo = await Operator.StartAsync(cluster, settings => settings with
            {
                FeedRanges = new Dictionary<string, int> { ["foos"] = 3, ["deployments"] = 2 },
            });
            for (var i = 0; i < 12; i++)
                await client.CreateFooAsync($"foo-{i}", $"foo-{i}", 1);

            for (var i = 0; i < 12; i++)
                await client.ReadyFoo($"foo-{i}");
        }
    }

    [Fact]
    public async Task Probes_metrics_and_dashboard_are_where_they_belong()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await using var silo = await Operator.StartAsync(cluster);
        using var client = new ClusterClient(cluster, "default");
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        Assert.Equal("[+]silo ok\n[+]feeds ok\n[+]permissions ok\nok\n", (await silo.GetAsync("/readyz")).Text);
        Assert.Equal(HttpStatusCode.OK, (await silo.GetAsync("/healthz")).Code);
        var metrics = (await silo.GetAsync("/metrics")).Text;
        foreach (var name in new[] { "controller_runtime_reconcile_total{", "workqueue_depth{", "rest_client_requests_total{", "reflector_objects{", "orleans_" })
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await silo.GetAsync("/dashboard/", admin: true)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await silo.GetAsync("/dashboard/")).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await silo.GetAsync("/dashboard/GrainState?grainId=x&grainType=y", admin: true)).Code);
    }

    private static string Kubeconfig(DevClusterServer server, string user) => $$"""
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{ name: test, context: { cluster: test, user: test } }]
        clusters: [{ name: test, cluster: { server: "{{server.Url}}", certificate-authority-data: {{Convert.ToBase64String(Encoding.ASCII.GetBytes(server.CertificateAuthority!.ExportCertificatePem()))}} } }]
        users:
          - name: test
            user:
              {{user}}
        """;
}
