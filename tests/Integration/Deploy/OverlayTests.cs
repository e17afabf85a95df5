using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Deploy;

/// <summary>What is in the overlays: accepted by an API server, and as pods of an operator should be.</summary>
public sealed class OverlayTests : IAsyncLifetime
{
    private DevClusterServer _cluster = null!;
    private Kubectl _kubectl = null!;

    public static TheoryData<string> Overlays => [.. Manifests.Overlays];

    public async ValueTask InitializeAsync()
    {
        _cluster = await Clusters.StartAsync(new DevClusterOptions { Loops = false });
        _kubectl = new Kubectl(_cluster, null);
        await _cluster.ApplyAsync(Manifests.MonitoringCrds, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _kubectl.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_object_is_accepted_and_applying_it_again_changes_nothing(string overlay)
    {
        await ApplyAsync(overlay);

        Assert.Equal("", await _kubectl.RunAsync($"diff -k {Manifests.Overlay(overlay)}"));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_satisfy_the_restricted_Pod_Security_Standard(string overlay)
    {
        var spec = (await StatefulSetAsync(overlay))["spec"]!["template"]!["spec"]!;

        Assert.Null(spec["hostNetwork"] ?? spec["hostPID"] ?? spec["hostIPC"]);
        Assert.True(spec["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.NotEqual(0, spec["securityContext"]!["runAsUser"]!.GetValue<int>());
        Assert.Equal("RuntimeDefault", spec["securityContext"]!["seccompProfile"]!["type"]!.GetValue<string>());
        Assert.All(spec["volumes"]!.AsArray(), volume => Assert.Contains(volume!.AsObject().Select(field => field.Key), kind => kind is "emptyDir" or "secret" or "projected" or "configMap"));
        Assert.Null(spec["initContainers"]);
        var container = spec["containers"]!.AsArray().Single()!;
        Assert.All(container["ports"]!.AsArray(), port => Assert.Null(port!["hostPort"]));
        var context = container["securityContext"]!;
        Assert.False(context["allowPrivilegeEscalation"]!.GetValue<bool>());
        Assert.Equal("""{"drop":["ALL"]}""", context["capabilities"]!.ToJsonString());
        Assert.True(context["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.Null(context["privileged"] ?? context["procMount"] ?? context["runAsUser"]);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Silos_are_run_so_that_they_start_stop_and_are_updated_well(string overlay)
    {
        var statefulSet = await StatefulSetAsync(overlay);
        var spec = statefulSet["spec"]!["template"]!["spec"]!;
        var container = spec["containers"]!.AsArray().Single()!;

        Assert.Equal("Parallel", statefulSet["spec"]!["podManagementPolicy"]!.GetValue<string>());
        Assert.True(statefulSet["spec"]!["minReadySeconds"]!.GetValue<int>() > 10, "longer than a feed is run by two silos when it moves");
        Assert.True(spec["terminationGracePeriodSeconds"]!.GetValue<int>() >= 20, "longer than a silo takes to stop, which is up to ten seconds");
        Assert.False(spec["enableServiceLinks"]!.GetValue<bool>());
        Assert.Null(container["resources"]!["limits"]!["cpu"]);
        Assert.NotNull(container["resources"]!["limits"]!["memory"]);
        Assert.NotNull(container["resources"]!["requests"]!["cpu"]);
        Assert.Equal("/healthz", container["startupProbe"]!["httpGet"]!["path"]!.GetValue<string>());
        Assert.Equal("/healthz", container["livenessProbe"]!["httpGet"]!["path"]!.GetValue<string>());
        Assert.Equal("/readyz", container["readinessProbe"]!["httpGet"]!["path"]!.GetValue<string>());
        Assert.DoesNotContain(container["ports"]!.AsArray(), port => port!["containerPort"]!.GetValue<int>() == 30000);
        Assert.Equal(
            ["metadata.name", "metadata.uid", "metadata.namespace", "status.podIP"],
            container["env"]!.AsArray().Select(variable => variable!["valueFrom"]!["fieldRef"]!["fieldPath"]!.GetValue<string>()));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Whatever_selects_silos_selects_the_pods_of_the_StatefulSet(string overlay)
    {
        var statefulSet = await StatefulSetAsync(overlay);
        var ns = statefulSet["metadata"]!["namespace"]!.GetValue<string>();
        var labels = statefulSet["spec"]!["template"]!["metadata"]!["labels"]!;
        var expected = string.Join(",", statefulSet["spec"]!["selector"]!["matchLabels"]!.AsObject().Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal));

        Assert.Contains($"--pod-selector={expected}", statefulSet["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(arg => arg!.GetValue<string>()));
        var selectors = new List<JsonNode?>
        {
            (await GetAsync("service", "orleans-operator", ns))["spec"]!["selector"],
            (await GetAsync("poddisruptionbudget", "orleans-operator", ns))["spec"]!["selector"]!["matchLabels"],
            (await GetAsync("networkpolicy", "orleans-operator", ns))["spec"]!["podSelector"]!["matchLabels"],
        };
        selectors.AddRange(statefulSet["spec"]!["template"]!["spec"]!["topologySpreadConstraints"]!.AsArray().Select(constraint => constraint!["labelSelector"]!["matchLabels"]));
        Assert.All(selectors, selector => Assert.True(JsonNode.DeepEquals(labels, selector)));
    }

    [Fact]
    public async Task The_membership_has_a_priority_level_of_its_own_in_the_namespace_of_the_silos()
    {
        await ApplyAsync("production");

        var flow = (await GetAsync("flowschema", "orleans-operator-membership", null))["spec"]!;

        Assert.NotNull(await GetAsync("prioritylevelconfiguration", flow["priorityLevelConfiguration"]!["name"]!.GetValue<string>(), null));
        Assert.Equal("""{"name":"orleans-operator","namespace":"orleans-operator"}""", flow["rules"]![0]!["subjects"]![0]!["serviceAccount"]!.ToJsonString());
        Assert.All(flow["rules"]![0]!["resourceRules"]!.AsArray(), rule => Assert.Equal("""["orleans-operator"]""", rule!["namespaces"]!.ToJsonString()));
    }

    private Task<string> ApplyAsync(string overlay) => _kubectl.RunAsync($"apply -k {Manifests.Overlay(overlay)}");

    private async Task<JsonNode> StatefulSetAsync(string overlay)
    {
        await ApplyAsync(overlay);
        return JsonNode.Parse(await _kubectl.RunAsync("get statefulsets -A -o json"))!["items"]!.AsArray().Single()!;
    }

    private async Task<JsonNode> GetAsync(string kind, string name, string? ns) =>
        JsonNode.Parse(await _kubectl.RunAsync($"get {kind} {name}{(ns is null ? "" : $" -n {ns}")} -o json"))!;
}
