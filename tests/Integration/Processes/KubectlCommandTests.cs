using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>kubectl without special flags, command by command, against an API server with nothing else on it.</summary>
public sealed class KubectlCommandTests : IAsyncLifetime
{
    private const string Foo = "/apis/samplecontroller.k8s.io/v1alpha1/namespaces/default/foos/example-foo";

    private DevClusterServer _cluster = null!;
    private Kubectl _kubectl = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await Clusters.StartAsync();
        _kubectl = new Kubectl(_cluster, "default");
    }

    public async ValueTask DisposeAsync()
    {
        _kubectl.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Apply_diff_and_create()
    {
        await Says("created", "apply -f -", Manifests.FooCrd);
        await Says("condition met", "wait --for=condition=Established crd/foos.samplecontroller.k8s.io");
        await Says("unchanged", "apply -f -", Manifests.FooCrd);
        await Says("example-foo created", "create -f -", Manifests.ExampleFoo);
        Assert.Equal((1, true), await _kubectl.TryAsync("create -f -", Manifests.ExampleFoo) is var again ? (again.Code, again.Errors.Contains("already exists", StringComparison.Ordinal)) : default);
        await Says("configured", "apply -f -", Manifests.ExampleFoo);
        await Says("", "diff -f -", Manifests.ExampleFoo);
        var more = Manifests.ExampleFoo.Replace("replicas: 1", "replicas: 3", StringComparison.Ordinal);
        var (code, output, _) = await _kubectl.TryAsync("diff -f -", more);
        Assert.Equal(1, code);
        Assert.Contains("+  replicas: 3", output, StringComparison.Ordinal);
        await Says("configured", "apply -f -", more);
        await Says("serverside-applied", "apply --server-side --force-conflicts -f -", more);
        await Says("dry run", "apply --dry-run=server -f -", Manifests.ExampleFoo);
        await Says("replaced", "replace -f -", Manifests.FooCrd);
        var unknown = await _kubectl.TryAsync("create -f -", Manifests.ExampleFoo + "  nonsense: 1\n");
        Assert.NotEqual(0, unknown.Code);
        Assert.Contains("unknown field", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_in_all_its_forms()
    {
        await ExampleAsync();
        Assert.Matches(@"NAME\s+DEPLOYMENT\s+REPLICAS.*\n.*example-foo\s+example-foo\s+1", await _kubectl.RunAsync("get foos"));
        Assert.Matches(@"NAMESPACE\s+NAME.*\ndefault\s+example-foo", await _kubectl.RunAsync("get foos -A"));
        await Says("kind: Foo", "get foo example-foo -o yaml");
        await Says("example-foo", "get foos --field-selector metadata.name=example-foo");
        await _kubectl.RunAsync("label foo example-foo tier=gold");
        await Says("example-foo", "get foos -l tier=gold");
        Assert.Empty(await _kubectl.RunAsync("get foos -l tier!=gold -o name"));
        await _kubectl.RunAsync("create deployment web --image=nginx --replicas=2");
        await Says("condition met", "wait --for=condition=Available deployment/web --timeout=30s");
        Assert.Matches(@"web\s+2/2\s+2\s+2", await _kubectl.RunAsync("get deployments"));
        await Says("nginx", "get deployments -o wide");
        await Says("deployment.apps/web", "get all -A");
    }

    [Fact]
    public async Task Get_watches()
    {
        await ExampleAsync();
        using var watch = _kubectl.Start("get foos -w");
        var token = TestContext.Current.CancellationToken;
        Assert.StartsWith("NAME", await watch.StandardOutput.ReadLineAsync(token), StringComparison.Ordinal);
        await watch.StandardOutput.ReadLineAsync(token);
        await _kubectl.RunAsync("""patch foo example-foo --type=merge -p {"spec":{"replicas":7}}""".Replace("\"", "\\\"", StringComparison.Ordinal));
        Assert.Matches(@"example-foo\s+example-foo\s+7", await watch.StandardOutput.ReadLineAsync(token));
        watch.Kill();
    }

    [Fact]
    public async Task Patch_scale_label_annotate_and_edit()
    {
        await ExampleAsync();
        await Says("patched", """patch foo example-foo --type=merge -p {\"spec\":{\"replicas\":2}}""");
        await Says("patched", """patch foo example-foo --type=json -p [{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":4}]""");
        Assert.Equal(4, (await FooAsync())["spec"]!["replicas"]!.GetValue<int>());
        await _kubectl.RunAsync("create deployment web --image=nginx");
        await Says("patched", """patch deployment web -p {\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"busybox\"}]}}}}""");
        Assert.Equal("side nginx", await _kubectl.RunAsync("get deployment web -o jsonpath={.spec.template.spec.containers[*].name}"));
        await Says("scaled", "scale deployment web --replicas=3");
        await Says("image updated", "set image deployment/web nginx=nginx:1.27");
        await Says("labeled", "label foo example-foo a=b");
        await _kubectl.RunAsync("label foo example-foo a-");
        await Says("annotated", "annotate foo example-foo note=x");
        Assert.Null((await FooAsync())["metadata"]!["labels"]?["a"]);
        await Says("edited", "edit foo example-foo", editor: "sed -i s/replicas:.4/replicas:\\ 5/");
        Assert.Equal(5, (await FooAsync())["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Wait_and_describe_with_events()
    {
        await ExampleAsync();
        var wait = _kubectl.RunAsync("wait --for=condition=Ready foo/example-foo --timeout=60s");
        using var http = _cluster.CreateHttpClient();
        using var status = new StringContent("""
            {"status":{"conditions":[{"type":"Ready","status":"True","reason":"Synced","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
            """, Encoding.UTF8, "application/merge-patch+json");
        using var patched = await http.PatchAsync(Foo + "/status", status, TestContext.Current.CancellationToken);
        Assert.Contains("condition met", await wait, StringComparison.Ordinal);
        await _kubectl.RunAsync("create -f -", $$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"e"},"reason":"Synced","message":"all is well","type":"Normal","count":1,
             "firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:00Z","involvedObject":{"apiVersion":"samplecontroller.k8s.io/v1alpha1",
             "kind":"Foo","namespace":"default","name":"example-foo","uid":"{{(await FooAsync())["metadata"]!["uid"]}}"} }
            """);
        await Says("all is well", "describe foo example-foo");
        await Says("all is well", "get events");
    }

    [Theory]
    [InlineData("background", false)]
    [InlineData("foreground", false)]
    [InlineData("orphan", true)]
    public async Task Delete_cascades_as_it_is_told(string cascade, bool stays)
    {
        await ExampleAsync();
        await _kubectl.RunAsync("create -f -", $$"""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"owned","ownerReferences":[{"apiVersion":"samplecontroller.k8s.io/v1alpha1",
             "kind":"Foo","name":"example-foo","uid":"{{(await FooAsync())["metadata"]!["uid"]}}","blockOwnerDeletion":true}]} }
            """);
        await Says("deleted", $"delete foo example-foo --cascade={cascade}");
        await Eventually.Holds(
            () => _kubectl.RunAsync("get configmaps -o jsonpath={.items[*].metadata.name}{.items[*].metadata.ownerReferences}"),
            left => left == (stays ? "owned" : ""), "the dependent is as it should be");
    }

    [Fact]
    public async Task Explain_and_discovery()
    {
        await ExampleAsync();
        await Says("deploymentName", "explain foo.spec");
        await Says("containers", "explain deployment.spec.template.spec");
        Assert.Matches(@"foos\s+fo\s+samplecontroller.k8s.io/v1alpha1\s+true\s+Foo", await _kubectl.RunAsync("api-resources"));
        await Says("yes", "auth can-i create foos");
        await Says("samplecontroller.k8s.io/v1alpha1", "api-versions");
        await Says("deleted", "delete crd foos.samplecontroller.k8s.io");
        Assert.DoesNotContain("samplecontroller", await _kubectl.RunAsync("api-versions"), StringComparison.Ordinal);
    }

    private async Task ExampleAsync()
    {
        await _cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await _kubectl.RunAsync("apply -f -", Manifests.ExampleFoo);
    }

    private async Task<JsonNode> FooAsync()
    {
        using var http = _cluster.CreateHttpClient();
        return JsonNode.Parse(await http.GetStringAsync(Foo, TestContext.Current.CancellationToken))!;
    }

    private async Task Says(string text, string arguments, string? input = null, string? editor = null) =>
        Assert.Contains(text, await _kubectl.RunAsync(arguments, input, editor), StringComparison.Ordinal);
}
