using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>Foos whose author wants to get into logs, metrics and conditions, or to use up memory.</summary>
public sealed partial class HostileObjectTests
{
    private const string Hostile = "x\u001b[2J\u202egnp\n2026-01-01T00:00:00.000Z crit: Forged[0] all is lost\r\u0007\"} 1";

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*(\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)*\\})? [-+0-9.eENaIinf]+( [0-9]+)?$")]
    private static partial Regex Sample { get; }

    [Fact]
    public async Task What_a_Foo_says_stays_text_in_logs_metrics_and_conditions()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrdWithoutRules, TestContext.Current.CancellationToken);
        using var client = new ClusterClient(cluster, "default");
        using var kubeconfig = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(kubeconfig.Path);
        var urls = $"http://127.0.0.1:{FreePort.Next()}";
        await using var silo = SiloProcess.Silo(
            "--kubeconfig", kubeconfig.Path, "--urls", urls, "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}",
            "--silo-port", $"{FreePort.Next()}", "--gateway-port", "0", "--log-level", "debug");
        await silo.Says("Silo ready");

        // As much as a server takes; DecoderTests have more.
        var annotations = new JsonObject { ["hostile"] = Hostile, ["large"] = new string('x', 200 * 1024) };
        await client.CreateFooAsync("hostile", Hostile, 1, $", \"annotations\": {annotations.ToJsonString()}");

        var foo = await client.FooWhere("hostile", foo => ClusterClient.Ready(foo)?["status"]?.GetValue<string>() == "False", "is not Ready");
        var message = ClusterClient.Ready(foo)!["message"]!.GetValue<string>();
        Assert.Contains("gnp", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, IsDangerous);
        await silo.Says("hostile");
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(urls + "/metrics"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hostile", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("gnp", metrics, StringComparison.Ordinal);
        Assert.All(metrics.Split('\n').Where(line => line.Length > 0 && line[0] != '#'), line => Assert.Matches(Sample, line));
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.DoesNotContain(silo.Output.ReplaceLineEndings(""), IsDangerous);
        Assert.DoesNotContain(silo.Output.Split('\n'), line => line.StartsWith("2026-01-01T00:00:00.000Z crit", StringComparison.Ordinal) || line.Length > 20_000);
    }

    private static bool IsDangerous(char c) =>
        char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
