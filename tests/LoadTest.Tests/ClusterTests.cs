using OrleansOperator.DevCluster;
using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Tests.Support;

namespace OrleansOperator.LoadTest.Tests;

/// <summary>A cluster that runs already, with a kubeconfig; here without a controller of Foos.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private readonly string _kubeconfig = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private DevClusterServer _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await DevClusterServer.StartAsync(new DevClusterOptions(), TestContext.Current.CancellationToken);
        _cluster.WriteKubeconfig(_kubeconfig);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    [Fact]
    public async Task What_does_not_converge_is_named_and_deleted()
    {
        await ApplyCrdAsync();
        var (code, output) = await LoadTestProcess.RunAsync("--kubeconfig", _kubeconfig, "--foos", "3", "--namespaces", "2", "--phases", "create", "--patience", "1s");
        Assert.True(code == ExitCodes.NotConverged, output);
        Assert.Matches(@"run 1, create: load-test-\w+-0/load-000002: no Deployment", output);
        Assert.Contains("create: 3 of 3 changes did not converge", output, StringComparison.Ordinal);
        Assert.Equal(3, Created("foos"));
        Assert.Equal(2, Created("namespaces"));
        Assert.Equal(2, Deleted("namespaces"));
    }

    [Fact]
    public async Task Ctrl_C_cleans_up()
    {
        await ApplyCrdAsync();
        using var test = LoadTestProcess.Start("--kubeconfig", _kubeconfig, "--foos", "1000", "--namespaces", "1", "--rate", "20/s", "--phases", "create", "--make-available", "cluster");
        while (Created("foos") < 5)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        test.Interrupt();
        var (code, output) = await test.ExitAsync();
        Assert.True(code == ExitCodes.Interrupted, output);
        Assert.Contains("Run 1 ended early: interrupted", output, StringComparison.Ordinal);
        Assert.Equal(1, Deleted("namespaces"));
        Assert.InRange(Created("foos"), 5, 999);
    }

    [Fact]
    public async Task A_cluster_without_the_CRD_is_refused_with_the_remedy()
    {
        var (code, output) = await LoadTestProcess.RunAsync("--kubeconfig", _kubeconfig);
        Assert.Equal(ExitCodes.CannotRun, code);
        Assert.Contains("does not serve foos.samplecontroller.k8s.io: apply the CRD first (kubectl apply -f deploy/crds/foo.yaml)", output, StringComparison.Ordinal);
    }

    private async Task ApplyCrdAsync()
    {
        await using var stream = typeof(LoadTestCommand).Assembly.GetManifestResourceStream("crds/foo.yaml")!;
        using var reader = new StreamReader(stream);
        await _cluster.ApplyAsync(await reader.ReadToEndAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }

    private int Created(string resource) => Done("create", resource);

    private int Deleted(string resource) => Done("delete", resource);

    private int Done(string verb, string resource) => _cluster.Audit.Writes.Count(entry => entry.Verb == verb && entry.Resource == resource && entry.Code is >= 200 and < 300);
}
