using System.Diagnostics;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>A user with kubectl: apply, get, describe, scale, delete.</summary>
public sealed class KubectlTests(OperatorFixture fixture)
{
    private static async Task<string> RunAsync(string kubeconfig, string arguments, string? input = null)
    {
        var start = new ProcessStartInfo("kubectl", $"--kubeconfig {kubeconfig} {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var token = TestContext.Current.CancellationToken;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        Assert.True(process.ExitCode == 0, $"kubectl {arguments}: {await output} {await errors}");
        return await output;
    }

    [Fact]
    public async Task The_example_of_sample_controller_works_unchanged()
    {
        using var client = await fixture.NamespaceAsync();
        using var file = new TemporaryFile();
        fixture.Cluster.WriteKubeconfig(file.Path);
        Task<string> Kubectl(string arguments, string? input = null) => RunAsync(file.Path, $"-n {client.Namespace} {arguments}", input);

        Assert.Contains("foo.samplecontroller.k8s.io/example-foo created", await Kubectl("apply -f -", Manifests.ExampleFoo), StringComparison.Ordinal);
        await Kubectl("wait --for=condition=Ready foo/example-foo --timeout=30s");
        var table = await Kubectl("get foos");
        Assert.Matches(@"NAME\s+DEPLOYMENT\s+REPLICAS\s+AVAILABLE\s+READY\s+AGE\s+example-foo\s+example-foo\s+1\s+1\s+True", table);
        Assert.Matches(@"example-foo\s+1/1\s+1\s+1", await Kubectl("get deployments"));
        Assert.Contains("unchanged", await Kubectl("apply -f -", Manifests.ExampleFoo), StringComparison.Ordinal);
        await client.EventWhere("example-foo", e => e["reason"]!.GetValue<string>() == "Synced");
        Assert.Contains("Foo synced successfully", await Kubectl("describe foo example-foo"), StringComparison.Ordinal);

        // The Foo says one: scaling its Deployment by hand is undone.
        await Kubectl("scale deployment example-foo --replicas=4");
        await client.DeploymentWhere("example-foo", d => d["spec"]!["replicas"]!.GetValue<int>() == 1 && d["metadata"]!["generation"]!.GetValue<int>() >= 3, "is put back");

        await Kubectl("delete foo example-foo");
        await Eventually.Holds(() => client.GetDeploymentAsync("example-foo"), d => d is null, "the Deployment is collected");
    }
}
