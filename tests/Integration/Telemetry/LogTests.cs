using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Telemetry;

/// <summary>What a silo process writes to its log.</summary>
public sealed class LogTests
{
    private static string[] Ports =>
    [
        "--urls", $"http://127.0.0.1:{FreePort.Next()}", "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}",
        "--silo-port", $"{FreePort.Next()}", "--gateway-port", $"{FreePort.Next()}",
    ];

    [Fact]
    public async Task A_healthy_silo_prints_a_handful_of_lines_and_none_for_what_goes_well()
    {
        await using var cluster = await ClusterAsync();
        using var file = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(file.Path);
        using var client = new ClusterClient(cluster, "default");
        await using var silo = SiloProcess.Silo(["--kubeconfig", file.Path, "--clustering", "kubernetes", .. Ports]);
        await silo.Says("Silo ready");

        for (var i = 0; i < 20; i++)
            await client.CreateFooAsync($"foo-{i}", $"foo-{i}", 1);
        for (var i = 0; i < 20; i++)
            await client.ReadyFoo($"foo-{i}");

        Assert.Equal(0, await silo.TerminateAsync());
        var lines = silo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length <= 12, silo.Output);
        Assert.DoesNotContain(lines, line => line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("foo-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_json_every_line_is_an_object_and_those_of_a_reconcile_name_their_object()
    {
        await using var cluster = await ClusterAsync();
        cluster.Faults.Fail(verb: "create", resource: "deployments", status: 500);
        using var file = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(file.Path);
        using var client = new ClusterClient(cluster, "default");
        await using var silo = SiloProcess.Silo(["--kubeconfig", file.Path, "--log-format", "json", "--log-level", "debug", .. Ports]);
        await silo.Says("\"msg\":\"Silo ready\"");
        await client.CreateFooAsync("foo", "foo", 1);
        await silo.Says("keeps failing");
        await silo.TerminateAsync();

        var lines = silo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.All(lines, line => Assert.True(line.ContainsKey("ts") && line.ContainsKey("level") && line.ContainsKey("logger") && line.ContainsKey("msg"), line.ToJsonString()));
        var failures = lines.Where(line => ((string)line["msg"]!).StartsWith("Reconciling foo default/foo failed", StringComparison.Ordinal)).ToList();
        Assert.All(failures, line => Assert.Equal(
            ("debug", "foo", "default", "foo", 1), ((string)line["level"]!, (string)line["controller"]!, (string)line["namespace"]!, (string)line["name"]!, (int)line["generation"]!)));

        // Each attempt is a reconcile of its own.
        Assert.Equal(failures.Count, failures.Select(line => Guid.Parse((string)line["reconcileID"]!)).Distinct().Count());
        var summary = Assert.Single(lines, line => ((string)line["msg"]!).Contains("keeps failing", StringComparison.Ordinal) && (string)line["level"]! == "warn" && !line.ContainsKey("count"));
        Assert.Equal(("default/foo", "default", "foo"), ((string)summary["example"]!, (string)summary["namespace"]!, (string)summary["name"]!));
    }

    private static async Task<DevClusterServer> ClusterAsync()
    {
        var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await cluster.ApplyAsync(Manifests.OrleansClusterCrd, TestContext.Current.CancellationToken);
        return cluster;
    }
}
