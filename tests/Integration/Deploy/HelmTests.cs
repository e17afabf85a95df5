using System.Diagnostics;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Deploy;

/// <summary>The charts in deploy/charts, rendered by the real helm: what they install is what the overlays install.</summary>
public sealed class HelmTests
{
    private static readonly string Helm = Environment.GetEnvironmentVariable("HELM") is { Length: > 0 } named ? named : "helm";

    [Theory]
    [InlineData("dev", "orleans-operator", "--set replicas=1,priority.enabled=false,membershipProtection.enabled=false")]
    [InlineData("production", "orleans-operator", "")]
    [InlineData("complete", "orleans-operator", "--set autoscaling.enabled=true,tls.enabled=true,monitoring.enabled=true,dashboard.enabled=true")]
    [InlineData("one-namespace", "default", "--set replicas=2,scope=namespace")]
    public async Task The_chart_installs_the_objects_of_the_overlay(string overlay, string ns, string values)
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.MonitoringCrds, TestContext.Current.CancellationToken);
        using var kubectl = new Kubectl(cluster, null);
        await kubectl.RunAsync($"apply -k {Manifests.Overlay(overlay)}");

        var chart = await RunAsync($"template orleans-operator {Chart("orleans-operator")} --namespace {ns} {values}");

        // The namespace is that of the release, and the CRDs have a chart of their own.
        var names = (await kubectl.RunAsync($"apply --dry-run=client -o name -k {Manifests.Overlay(overlay)}")).Split('\n')
            .Where(name => !name.StartsWith("namespace/", StringComparison.Ordinal) && !name.StartsWith("customresourcedefinition", StringComparison.Ordinal));
        Assert.Equal(names.Order(), (await kubectl.RunAsync("apply --dry-run=client -o name -f -", chart)).Split('\n').Order());
        Assert.Equal("", await kubectl.RunAsync("diff -f -", chart));
    }

    [Fact]
    public async Task The_chart_of_the_CRDs_holds_those_of_deploy_and_keeps_them()
    {
        await using var cluster = await Clusters.StartAsync();
        using var kubectl = new Kubectl(cluster, null);

        var chart = await RunAsync($"template orleans-operator-crds {Chart("orleans-operator-crds")}");
        await kubectl.RunAsync($"apply -f {Path.Combine(Manifests.Root, "deploy", "crds")}");

        Assert.Equal(2, chart.Split("helm.sh/resource-policy: keep").Length - 1);
        Assert.Equal("", await kubectl.RunAsync("diff -f -", chart.Replace("    helm.sh/resource-policy: keep\n", "", StringComparison.Ordinal).Replace("  annotations:\n  name", "  name", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--set image.tag=1.2.3,extraArgs={--log-format=json}", "image: orleans-operator:1.2.3", "- --log-format=json")]
    [InlineData("--set monitoring.enabled=true,monitoring.namespace=observability", "kubernetes.io/metadata.name: observability", "kind: PrometheusRule")]
    [InlineData("--namespace team --set scope=namespace", "- --namespace=$(POD_NAMESPACE)", "kind: Role")]
    [InlineData("--namespace team", "namespaces:\n      - team", "name: orleans-operator\n        namespace: team")]
    public async Task Values_change_what_they_name(string values, params string[] texts)
    {
        var chart = await RunAsync($"template orleans-operator {Chart("orleans-operator")} {values}");

        Assert.All(texts, text => Assert.Contains(text, chart, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("replicas=many")]
    [InlineData("scope=galaxy")]
    [InlineData("replica=3")]
    [InlineData("extraArgs={log-level=debug}")]
    public async Task Wrong_values_are_refused(string value)
    {
        var (code, _, errors) = await TryAsync($"template orleans-operator {Chart("orleans-operator")} --set {value}");

        Assert.NotEqual(0, code);
        Assert.Contains("values don't meet the specifications of the schema", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orleans-operator")]
    [InlineData("orleans-operator-crds")]
    public async Task The_version_of_a_chart_is_that_of_the_project(string chart)
    {
        var version = DocumentationTests.ProjectVersion;

        var shown = await RunAsync($"show chart {Chart(chart)}");

        Assert.Contains($"\nversion: {version}\n", shown, StringComparison.Ordinal);
        Assert.Contains($"appVersion: {version}\n", shown, StringComparison.Ordinal);
    }

    private static string Chart(string name) => Path.Combine(Manifests.Root, "deploy", "charts", name);

    private static async Task<string> RunAsync(string arguments)
    {
        var (code, output, errors) = await TryAsync(arguments);
        Assert.True(code == 0, $"helm {arguments}: {errors}");
        return output;
    }

    private static async Task<(int Code, string Output, string Errors)> TryAsync(string arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(Helm, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip("helm is not on the PATH, and HELM does not name it.");
            throw;
        }

        using (process)
        {
            var token = TestContext.Current.CancellationToken;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
            await process.WaitForExitAsync(token);
            return (process.ExitCode, await output, await errors);
        }
    }
}
