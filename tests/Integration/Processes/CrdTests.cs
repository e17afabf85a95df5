using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>What the CRDs in deploy/crds give to someone with kubectl before any operator runs.</summary>
public sealed class CrdTests : IAsyncLifetime
{
    private DevClusterServer _cluster = null!;
    private Kubectl _kubectl = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await Clusters.StartAsync();
        _kubectl = new Kubectl(_cluster, "default");
        await _kubectl.RunAsync("apply -f -", $"{Manifests.FooCrd}\n---\n{Manifests.OrleansClusterCrd}");
    }

    public async ValueTask DisposeAsync()
    {
        _kubectl.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData("deploymentName: Example_Foo", "spec.deploymentName: Invalid value")]
    [InlineData("deploymentName: -foo", "must be a DNS subdomain")]
    [InlineData("deploymentName: foo..bar", "must be a DNS subdomain")]
    [InlineData("deploymentName: \"\"", "must be a DNS subdomain")]
    [InlineData("replicas: 1", "spec.deploymentName: Required value")]
    [InlineData("deploymentName: foo, replicas: 0", "spec.replicas: Invalid value: 0")]
    [InlineData("deploymentName: foo, replicas: 11", "spec.replicas: Invalid value: 11")]
    public async Task A_Foo_that_cannot_work_is_refused_with_the_field(string spec, string message)
    {
        var (code, _, errors) = await _kubectl.TryAsync("create -f -", Foo("foo", spec));

        Assert.NotEqual(0, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_have_their_limits()
    {
        var (longest, tooLong) = (new string('a', 63), new string('a', 64));
        await _kubectl.RunAsync("create -f -", Foo(longest, $"deploymentName: {new string('a', 253)}"));

        Assert.Contains("at most 63 characters", (await _kubectl.TryAsync("create -f -", Foo(tooLong, "deploymentName: foo"))).Errors, StringComparison.Ordinal);
        Assert.Contains(
            "spec.deploymentName: Too long: may not be more than 253 bytes",
            (await _kubectl.TryAsync("create -f -", Foo("foo", $"deploymentName: {new string('a', 254)}"))).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("example.com")]
    [InlineData("9-lives")]
    [InlineData("a.b-c.d")]
    public async Task Every_name_that_a_Deployment_can_have_is_accepted(string name) =>
        await _kubectl.RunAsync("create -f -", Foo("foo", $"deploymentName: {name}"));

    [Theory]
    [InlineData("foo", "foos.samplecontroller.k8s.io", "foo.spec.replicas", "Number of pods, from 1 to 10.")]
    [InlineData("orleanscluster", "orleansclusters.orleansoperator.io", "orleanscluster.status.silos", "IP:PORT@GENERATION")]
    public async Task Every_field_is_explained(string kind, string crd, string path, string text)
    {
        var schema = JsonNode.Parse(await _kubectl.RunAsync($"get crd {crd} -o json"))!["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        var fields = Fields(kind, schema).ToList();
        Assert.NotEmpty(fields);
        Assert.Empty(from field in fields where string.IsNullOrWhiteSpace(field.Description) select field.Path);

        var explained = await _kubectl.RunAsync($"explain {kind} --recursive");
        Assert.All(fields.Skip(1), field => Assert.Contains(field.Path[(field.Path.LastIndexOf('.') + 1)..], explained, StringComparison.Ordinal));
        Assert.Contains(text, await _kubectl.RunAsync($"explain {path}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foos_have_a_short_name_and_are_in_the_category_all()
    {
        await _kubectl.RunAsync("create -f -", Foo("foo", "deploymentName: foo"));

        Assert.Equal("foo.samplecontroller.k8s.io/foo\n", await _kubectl.RunAsync("get fo -o name"));
        Assert.Contains("foo.samplecontroller.k8s.io/foo", await _kubectl.RunAsync("get all -o name"), StringComparison.Ordinal);
        Assert.Matches(@"NAME\s+DEPLOYMENT\s+REPLICAS\s+AVAILABLE\s+READY\s+REASON\s+MESSAGE\s+AGE", await _kubectl.RunAsync("get fo -o wide"));
    }

    [Fact]
    public async Task The_membership_has_a_short_name_and_is_not_deleted_with_all()
    {
        await _kubectl.RunAsync("create -f -", """
            apiVersion: orleansoperator.io/v1alpha1
            kind: OrleansCluster
            metadata: { name: production }
            spec: { clusterId: production }
            """);

        await _kubectl.RunAsync("delete all --all");

        Assert.Matches(@"NAME\s+ACTIVE\s+VERSION\s+CLUSTER ID\s+AGE\s+production\s+production", await _kubectl.RunAsync("get olc -o wide"));
        Assert.Contains("clusterId cannot be changed", (await _kubectl.TryAsync("""patch olc production --type=merge -p {\"spec\":{\"clusterId\":\"other\"}}""")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_from_the_CRD_of_sample_controller_keeps_its_Foos()
    {
        await _kubectl.RunAsync("delete crd foos.samplecontroller.k8s.io");
        await _kubectl.RunAsync("apply -f -", Manifests.OlderCrd);
        await _kubectl.RunAsync("apply -f -", Manifests.ExampleFoo);
        var longName = new string('a', 64);
        await _kubectl.RunAsync("create -f -", Foo(longName, "deploymentName: foo"));

        await _kubectl.RunAsync("apply -f -", Manifests.FooCrd);

        Assert.Contains("unchanged", await _kubectl.RunAsync("apply -f -", Manifests.ExampleFoo), StringComparison.Ordinal);
        await _kubectl.RunAsync("scale foo/example-foo --replicas=2");
        await _kubectl.RunAsync($"label foo {longName} still=editable");
        await _kubectl.RunAsync("delete foo example-foo");
    }

    private static string Foo(string name, string spec) => $$"""
        apiVersion: samplecontroller.k8s.io/v1alpha1
        kind: Foo
        metadata: { name: {{name}} }
        spec: { {{spec}} }
        """;

    /// <summary>Every field of a schema but the metadata, with its description.</summary>
    private static IEnumerable<(string Path, string? Description)> Fields(string path, JsonNode schema)
    {
        yield return (path, schema["description"]?.GetValue<string>());
        foreach (var (name, field) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (var inner in Fields($"{path}.{name}", field!))
                yield return inner;
        }

        // An item has no path of its own.
        foreach (var inner in schema["items"] is { } items ? Fields(path, items) : [])
            yield return inner;
    }
}
