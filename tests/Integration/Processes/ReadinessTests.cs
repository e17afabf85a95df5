using System.Net;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>
/// A silo with Kubernetes clustering in a cluster where something is missing: its probes answer at once, they and the log say what it
/// waits for, and it heals without a restart.
/// </summary>
public sealed partial class ReadinessTests : IAsyncLifetime
{
    private readonly TemporaryFile _kubeconfig = new();
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}") };
    private DevClusterServer _cluster = null!;

    /// <summary>Every permission that the operator uses, as RBAC writes it, and as it is named.</summary>
    public static TheoryData<string, string, string> Permissions => new()
    {
        { "get", "orleansclusters", "orleansclusters.orleansoperator.io" },
        { "create", "orleansclusters", "orleansclusters.orleansoperator.io" },
        { "list", "orleansclusters", "orleansclusters.orleansoperator.io" },
        { "watch", "orleansclusters", "orleansclusters.orleansoperator.io" },
        { "update", "orleansclusters/status", "orleansclusters.orleansoperator.io/status" },
        { "list", "leases", "leases.coordination.k8s.io" },
        { "create", "leases", "leases.coordination.k8s.io" },
        { "patch", "leases", "leases.coordination.k8s.io" },
        { "delete", "leases", "leases.coordination.k8s.io" },
        { "get", "pods", "pods" },
        { "list", "pods", "pods" },
        { "watch", "pods", "pods" },
        { "get", "foos", "foos.samplecontroller.k8s.io" },
        { "list", "foos", "foos.samplecontroller.k8s.io" },
        { "watch", "foos", "foos.samplecontroller.k8s.io" },
        { "patch", "foos/status", "foos.samplecontroller.k8s.io/status" },
        { "get", "deployments", "deployments.apps" },
        { "list", "deployments", "deployments.apps" },
        { "watch", "deployments", "deployments.apps" },
        { "create", "deployments", "deployments.apps" },
        { "patch", "deployments", "deployments.apps" },
        { "delete", "deployments", "deployments.apps" },
        { "create", "events", "events" },
        { "patch", "events", "events" },
    };

    public async ValueTask InitializeAsync()
    {
        _cluster = await Clusters.StartAsync();
        await _cluster.WriteOperatorKubeconfigAsync(_kubeconfig.Path);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _kubeconfig.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task All_that_a_silo_waits_for_is_named_and_heals_step_by_step()
    {
        _cluster.Faults.GoAway();
        await using var silo = Start();

        // The API server is away.
        await Eventually.Holds(() => TryAsync("/healthz"), answer => answer.Code == HttpStatusCode.OK, "it lives");
        var away = await ReadyzSays($"waits to join its cluster: Reading the membership table fails: GET {_cluster.Url}");
        Assert.Contains("[-]feeds the feeds have not started", away, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await TryAsync("/metrics")).Code);

        // No CRD of the membership.
        _cluster.Faults.ComeBack();
        await ReadyzSays("CustomResourceDefinition \"orleansclusters.orleansoperator.io\" is missing: install deploy/crds/orleanscluster.yaml");

        // No permission at all, each asked for before it is needed.
        foreach (var (verb, resource, _) in Permissions.Select(row => row.Data))
            _cluster.Faults.Fail(verb, resource, 403);
        await _cluster.ApplyAsync(Manifests.OrleansClusterCrd, TestContext.Current.CancellationToken);
        var denied = await ReadyzSays("\"get\" on \"orleansclusters.orleansoperator.io\"");
        foreach (var line in Named(denied))
            Assert.True(silo.Output.Split('\n').Count(logged => logged.Contains(line, StringComparison.Ordinal)) <= 1, $"told more than once: {line}");

        // No CRD of Foo.
        _cluster.Faults.Clear();
        await ReadyzSays("CustomResourceDefinition \"foos.samplecontroller.k8s.io\" is missing");
        await _cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await silo.Says("Silo ready");

        await Eventually.Holds(() => TryAsync("/readyz"), answer => answer is { Code: HttpStatusCode.OK, Text: "[+]silo ok\n[+]feeds ok\n[+]permissions ok\nok\n" }, "all is well");
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
        foreach (var repeated in silo.Output.Split('\n').Where(line => line.Contains(" warn: ", StringComparison.Ordinal)).CountBy(line => line[24..]))
            Assert.True(repeated.Value == 1, $"{repeated.Value} times: {repeated.Key}");
        Assert.Equal(0, await silo.TerminateAsync());
    }

    [Fact]
    public async Task Every_permission_that_is_missing_at_the_start_is_named()
    {
        await ApplyCrdsAsync();
        foreach (var (verb, resource, _) in Permissions.Select(row => row.Data))
            _cluster.Faults.Fail(verb, resource, 403);
        await using var silo = Start();

        foreach (var (verb, _, named) in Permissions.Select(row => row.Data))
        {
            var line = new Regex($"Permission missing: [^;]*\"{verb}\"[^;]* on \"{Regex.Escape(named)}\" in ");
            var (code, _) = await Eventually.Holds(() => TryAsync("/readyz"), answer => line.IsMatch(answer.Text), $"/readyz names {verb} on {named}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
            await Eventually.Holds(() => line.IsMatch(silo.Output), $"the log names {verb} on {named}");
        }

        _cluster.Faults.Clear();
        await silo.Says("Silo ready");
    }

    [Fact]
    public async Task Where_nothing_can_be_asked_refused_requests_tell_which_permission_is_missing()
    {
        await ApplyCrdsAsync();
        Refuse("create selfsubjectaccessreviews", "update orleansclusters/status");
        using var client = new ClusterClient(_cluster, "default");
        await client.CreateFooAsync("foo", "foo", 1);
        await using var silo = Start();

        await ReadyzSays("waits to join its cluster: Writing the membership table fails: Permission missing: \"update\" on \"orleansclusters.orleansoperator.io/status\"");
        Refuse("create selfsubjectaccessreviews", "patch leases", "watch foos");
        await ReadyzSays("\"patch\" on \"leases.coordination.k8s.io\"");
        await ReadyzSays("\"watch\" on \"foos.samplecontroller.k8s.io\"");
        Refuse("create selfsubjectaccessreviews", "create deployments");
        await ReadyzSays("\"create\" on \"deployments.apps\"");

        Refuse("create selfsubjectaccessreviews");
        await client.ReadyFoo("foo");
        await Eventually.Holds(() => TryAsync("/readyz"), answer => answer.Code == HttpStatusCode.OK, "it is ready");
    }

    [Fact]
    public async Task A_permission_that_is_revoked_and_granted_again_heals_without_a_restart()
    {
        await ApplyCrdsAsync();
        await using var silo = Start();
        await silo.Says("Silo ready");
        using var client = new ClusterClient(_cluster, "default");

        _cluster.Faults.Fail("patch", "foos/status", 403);
        await client.CreateFooAsync("foo", "foo", 1);
        await ReadyzSays("[-]permissions Permission missing: \"patch\" on \"foos.samplecontroller.k8s.io/status\"");
        _cluster.Faults.Clear();

        await client.ReadyFoo("foo");
        await Eventually.Holds(() => TryAsync("/readyz"), answer => answer.Code == HttpStatusCode.OK, "it is ready");
    }

    [Fact]
    public async Task A_missing_permission_without_which_every_Foo_is_reconciled_degrades_the_silo_only()
    {
        await ApplyCrdsAsync();
        _cluster.Faults.Fail("create", "events", 403);
        _cluster.Faults.Fail("watch", "pods", 403);
        _cluster.Faults.Fail("watch", "orleansclusters", 403);
        await using var silo = Start();
        await silo.Says("Silo ready");

        var answer = await TryAsync("/readyz");

        Assert.Equal(HttpStatusCode.OK, answer.Code);
        foreach (var named in new[] { "\"create\" on \"events\"", "\"watch\" on \"pods\"", "\"watch\" on \"orleansclusters.orleansoperator.io\"" })
            Assert.Contains($"[+]permissions degraded: Permission missing: {named}", answer.Text, StringComparison.Ordinal);
        using var client = new ClusterClient(_cluster, "default");
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");
    }

    [GeneratedRegex("Permission missing: [^;]*;")]
    private static partial Regex MissingPermission();

    private static IEnumerable<string> Named(string text) => MissingPermission().Matches(text).Select(match => match.Value);

    /// <summary>Answers these and no others with 403.</summary>
    private void Refuse(params string[] permissions)
    {
        _cluster.Faults.Clear();
        foreach (var permission in permissions)
            _cluster.Faults.Fail(permission.Split(' ')[0], permission.Split(' ')[1], 403);
    }

    private async Task ApplyCrdsAsync()
    {
        await _cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await _cluster.ApplyAsync(Manifests.OrleansClusterCrd, TestContext.Current.CancellationToken);
    }

    /// <summary>A silo as in a pod: it watches pods.</summary>
    private SiloProcess Start() => SiloProcess.Start(
        "OrleansOperator.Silo.dll",
        [
            "--kubeconfig", _kubeconfig.Path, "--clustering", "kubernetes", "--urls", _http.BaseAddress!.ToString(), "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}",
            "--silo-port", $"{FreePort.Next()}", "--gateway-port", "0", "--advertised-ip", "127.0.0.1", "--heartbeat-period", "1s",
        ],
        new() { ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1" });

    private async Task<string> ReadyzSays(string text)
    {
        var (code, said) = await Eventually.Holds(() => TryAsync("/readyz"), answer => answer.Text.Contains(text, StringComparison.Ordinal), $"/readyz says {text}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        return said;
    }

    /// <summary>What a probe answers; nothing before it listens.</summary>
    private async Task<(HttpStatusCode Code, string Text)> TryAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(path, TestContext.Current.CancellationToken);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            return (default, "");
        }
    }
}
