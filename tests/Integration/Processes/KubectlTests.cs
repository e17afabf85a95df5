using System.Text.Json.Nodes;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>A user with kubectl: apply, get, describe, scale, delete.</summary>
public sealed class KubectlTests(OperatorFixture fixture)
{
    [Fact]
    public async Task The_example_of_sample_controller_works_unchanged()
    {
        using var client = await fixture.NamespaceAsync();
        using var kubectl = new Kubectl(fixture.Cluster, client.Namespace);

        Assert.Contains("foo.samplecontroller.k8s.io/example-foo created", await kubectl.RunAsync("apply -f -", Manifests.ExampleFoo), StringComparison.Ordinal);
        await kubectl.RunAsync("wait --for=condition=Ready foo/example-foo --timeout=30s");
        var table = await kubectl.RunAsync("get foos");
        Assert.Matches(@"NAME\s+DEPLOYMENT\s+REPLICAS\s+AVAILABLE\s+READY\s+AGE\s+example-foo\s+example-foo\s+1\s+1\s+True", table);
        Assert.Matches(@"example-foo\s+1/1\s+1\s+1", await kubectl.RunAsync("get deployments"));
        Assert.Contains("unchanged", await kubectl.RunAsync("apply -f -", Manifests.ExampleFoo), StringComparison.Ordinal);
        await client.EventWhere("example-foo", e => e["reason"]!.GetValue<string>() == "Synced");
        Assert.Contains("Foo synced successfully", await kubectl.RunAsync("describe foo example-foo"), StringComparison.Ordinal);

        // The Foo says one: scaling its Deployment by hand is undone.
        await kubectl.RunAsync("scale deployment example-foo --replicas=4");
        await client.DeploymentWhere("example-foo", d => d["spec"]!["replicas"]!.GetValue<int>() == 1 && d["metadata"]!["generation"]!.GetValue<int>() >= 3, "is put back");

        await kubectl.RunAsync("delete foo example-foo");
        await Eventually.Holds(() => client.GetDeploymentAsync("example-foo"), d => d is null, "the Deployment is collected");
    }

    [Fact]
    public async Task A_Foo_scales_and_tells_an_autoscaler_which_pods_are_its_own()
    {
        using var client = await fixture.NamespaceAsync();
        using var kubectl = new Kubectl(fixture.Cluster, client.Namespace);
        await client.CreateFooAsync("foo", "web", 1);
        await client.ReadyFoo("foo");

        await kubectl.RunAsync("scale foo/foo --current-replicas=1 --replicas=5 --timeout=30s");

        var deployment = await client.DeploymentWhere("web", d => d["spec"]!["replicas"]!.GetValue<int>() == 5, "has five replicas");
        await client.ReadyFoo("foo");
        var scale = JsonNode.Parse(await kubectl.RunAsync("get foo foo --subresource=scale -o json"))!;
        Assert.Equal((5, 5), (scale["spec"]!["replicas"]!.GetValue<int>(), scale["status"]!["replicas"]!.GetValue<int>()));
        var selected = deployment["spec"]!["selector"]!["matchLabels"]!.AsObject().Select(label => $"{label.Key}={label.Value}");
        Assert.Equal(string.Join(",", selected.Order(StringComparer.Ordinal)), scale["status"]!["selector"]!.GetValue<string>());
        Assert.Contains("autoscaled", await kubectl.RunAsync("autoscale foo/foo --min=2 --max=8"), StringComparison.Ordinal);
        Assert.Contains("Foo/foo", await kubectl.RunAsync("get hpa foo"), StringComparison.Ordinal);
        Assert.Contains("spec.replicas", (await kubectl.TryAsync("scale foo/foo --replicas=11")).Errors, StringComparison.Ordinal);
    }
}
