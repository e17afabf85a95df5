using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.Integration.Support;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Integration.Deploy;

/// <summary>What docs/operations.md, README.md, alerts, dashboard and manifests say of one another.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>The version in Directory.Build.props, where it is defined.</summary>
    public static string ProjectVersion => Version().Match(Manifests.File("Directory.Build.props")).Groups[1].Value;

    private static string Operations => Manifests.File("docs", "operations.md");

    private static string Rules => Manifests.File("deploy", "components", "monitoring", "prometheus-rule.yaml");

    private static string Dashboard => Manifests.File("deploy", "components", "dashboards", "orleans-operator.json");

    [Fact]
    public void Every_option_is_documented_with_its_default()
    {
        var documented = OptionRow().Matches(Operations).Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim()));

        Assert.Equal(
            SettingTable.All.Select(setting => (setting.Option, setting.Default ?? "")).Order(),
            documented.Order());
    }

    [Fact]
    public void Every_alert_has_its_runbook_and_every_runbook_its_alert()
    {
        var alerts = Alert().Matches(Rules).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(alerts.Order(), Runbook().Matches(Operations).Select(match => match.Groups[1].Value).Order());
        Assert.All(alerts, alert => Assert.Contains($"runbook: docs/operations.md#{alert.ToLowerInvariant()}\n", Rules, StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_and_dashboard_use_metrics_that_exist()
    {
        // Of Prometheus and of kube-state-metrics.
        string[] others = ["up", "kube_pod_container_resource_limits"];
        var known = Manifests.Metrics;
        var panels = JsonNode.Parse(Dashboard)!["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.GetValue<string>()).ToList();
        Assert.True(panels.Count > 20);
        var used = Metric().Matches(string.Join('\n', [Rules, .. panels])).Select(match => BucketSuffix().Replace(match.Groups[1].Value, "")).Distinct().Except(others).ToList();

        Assert.NotEmpty(used);
        Assert.All(used, metric => Assert.Contains($"`{metric}`", known, StringComparison.Ordinal));
    }

    [Fact]
    public void The_version_is_the_same_everywhere()
    {
        var version = ProjectVersion;

        Assert.NotEmpty(version);
        Assert.Contains($"newTag: {version}\n", Manifests.File("deploy", "base", "kustomization.yaml"), StringComparison.Ordinal);
        Assert.Contains($"\n## [{version}]", Manifests.File("CHANGELOG.md"), StringComparison.Ordinal);
        Assert.Contains($"-t orleans-operator:{version} .", Manifests.File("Dockerfile"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tests_are_named_after_rows_of_the_README()
    {
        var rows = Row().Matches(Manifests.File("README.md")).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(Enumerable.Range(1, rows.Count), rows);
        var named = Directory.EnumerateFiles(Path.Combine(Manifests.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .SelectMany(file => NamedRow().Matches(File.ReadAllText(file)))
            .Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(rows));
    }

    [GeneratedRegex(@"^\| `(--[a-z-]+)[^`]*` \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"^### (OrleansOperator\w+)", RegexOptions.Multiline)]
    private static partial Regex Runbook();

    /// <summary>A name before its labels.</summary>
    [GeneratedRegex(@"\b([a-z][a-z_]+)\{")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex BucketSuffix();

    [GeneratedRegex("<Version>(.*)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bRows?_(\d+)_")]
    private static partial Regex NamedRow();
}
