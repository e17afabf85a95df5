using OrleansOperator.DevCluster;
using OrleansOperator.Samples.Websites;

namespace OrleansOperator.Samples.Tests.Websites;

/// <summary>The operator of websites writes what deploys it.</summary>
public sealed class WebsiteManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("websites-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_CRD_is_accepted_by_an_API_server_and_the_role_has_what_the_registrations_need()
    {
        var token = TestContext.Current.CancellationToken;
        var code = await WebsiteOperator.Build("manifests", "--out", _folder, "--name", "websites", "--image", "websites:1.0.0").RunAsync();

        Assert.Equal(0, code);
        await using var server = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true, Loops = false }, token);
        foreach (var file in new[] { "crds/website.yaml", "crds/orleanscluster.yaml", "base/stateful-set.yaml" })
            await server.ApplyAsync(await File.ReadAllTextAsync(Path.Combine(_folder, file), token), token);
        var role = await File.ReadAllTextAsync(Path.Combine(_folder, "components/cluster-wide/role.yaml"), token);
        Assert.Contains("  - apiGroups: [\"\"]\n    resources: [configmaps]\n    verbs: [get, list, watch, create, patch, delete]\n", role, StringComparison.Ordinal);
        Assert.Contains("description: The page, in HTML.", await File.ReadAllTextAsync(Path.Combine(_folder, "crds/website.yaml"), token), StringComparison.Ordinal);
    }
}
