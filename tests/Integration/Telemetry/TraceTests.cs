using System.Text.Json.Nodes;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Telemetry;

/// <summary>What a collector gets of a silo that OpenTelemetry's standard variables send to it.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task A_change_can_be_followed_from_the_watch_event_through_the_grain_to_the_write()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await using var collector = await Collector.StartAsync();
        using var file = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(file.Path);
        using var client = new ClusterClient(cluster, "default");
        await using var silo = Silo(file.Path, collector.Url, ("OTEL_TRACES_SAMPLER", "always_on"));
        await silo.Says("\"msg\":\"Silo ready\"");
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        await client.PatchFooAsync("foo", """{"spec":{"replicas":3}}""");
        await client.DeploymentWhere("foo", d => d["spec"]!["replicas"]!.GetValue<int>() == 3, "follows");

        var patch = await Eventually.Holds(
            () => Task.FromResult(collector.Spans.FirstOrDefault(span => span.Name == "patch deployments.apps")), span => span is not null, "the span of the PATCH");
        var reconcile = await ParentAsync(collector, patch!);
        var delivery = await ParentAsync(collector, reconcile);
        var watch = await ParentAsync(collector, delivery);
        Assert.Equal(("reconcile foo", "deliver foos", "watch foos", ""), (reconcile.Name, delivery.Name, watch.Name, watch.Parent));
        Assert.All([patch!, reconcile, delivery], span => Assert.Equal(watch.Trace, span.Trace));
        Assert.Equal(("default", "foo"), (watch.Attributes["namespace"], watch.Attributes["name"]));
        Assert.Equal(("foo", "default", "foo"), (reconcile.Attributes["controller"], reconcile.Attributes["namespace"], reconcile.Attributes["name"]));
        Assert.Equal(("PATCH", "/apis/apps/v1/namespaces/default/deployments/foo"), (patch!.Attributes["http.request.method"], patch.Attributes["url.path"]));

        // A log line of the reconcile names the trace, and the trace the reconcile.
        var id = reconcile.Attributes["reconcileID"];
        await silo.Says(id);
        var line = silo.Output.Split('\n').Select(line => line.Trim()).First(line => line.Contains(id, StringComparison.Ordinal));
        Assert.Equal(reconcile.Trace, (string?)JsonNode.Parse(line)!["traceId"]);

        foreach (var signal in new[] { "metrics", "logs" })
            await Eventually.Holds(() => Task.FromResult(collector.BytesOf(signal)), bytes => bytes > 0, $"{signal} come");
    }

    [Fact]
    public async Task Without_a_sample_nothing_is_sent_and_everything_works()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await using var collector = await Collector.StartAsync();
        using var file = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(file.Path);
        using var client = new ClusterClient(cluster, "default");
        await using var silo = Silo(file.Path, collector.Url, ("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_LOGS_EXPORTER", "none"));
        await silo.Says("\"msg\":\"Silo ready\"");

        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        await Eventually.Holds(() => Task.FromResult(collector.BytesOf("metrics")), bytes => bytes > 0, "metrics come");
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.Equal((0, 0), (collector.BytesOf("traces"), collector.BytesOf("logs")));
    }

    [Fact]
    public async Task A_collector_that_is_away_is_one_line()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        using var file = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(file.Path);
        await using var silo = Silo(file.Path, new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        await silo.Says("\"msg\":\"Silo ready\"");

        await silo.Says("Telemetry cannot be sent to the collector");

        await silo.TerminateAsync();
        Assert.InRange(silo.Output.Split("Telemetry cannot be sent to the collector: ").Length, 2, 4);
    }

    private static async Task<Collector.Span> ParentAsync(Collector collector, Collector.Span span) =>
        (await Eventually.Holds(
            () => Task.FromResult(collector.Spans.FirstOrDefault(other => other.Id == span.Parent)), parent => parent is not null, $"the parent of {span}"))!;

    private static SiloProcess Silo(string kubeconfig, Uri collector, params (string Name, string Value)[] environment) => SiloProcess.Start(
        "OrleansOperator.Silo.dll",
        [
            "--kubeconfig", kubeconfig, "--log-format", "json", "--log-level", "debug",
            "--urls", $"http://127.0.0.1:{FreePort.Next()}", "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}",
            "--silo-port", $"{FreePort.Next()}", "--gateway-port", $"{FreePort.Next()}",
        ],
        new Dictionary<string, string>(environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)))
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        });
}
