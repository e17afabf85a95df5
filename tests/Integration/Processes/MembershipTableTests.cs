using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>The OrleansCluster object of silos that run.</summary>
public sealed class MembershipTableTests : IAsyncLifetime
{
    private const string Table = "/apis/orleansoperator.io/v1alpha1/namespaces/default/orleansclusters/orleans-operator";

    /// <summary>Exit code of a silo that cannot go on.</summary>
    private const int Crashed = 70;

    private readonly TemporaryFile _kubeconfig = new();
    private DevClusterServer _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await Clusters.StartAsync();
        await _cluster.WriteOperatorKubeconfigAsync(_kubeconfig.Path);
        await _cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await _cluster.ApplyAsync(Manifests.OrleansClusterCrd, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _kubeconfig.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Silos_whose_table_is_deleted_exit_with_the_reason_and_join_a_new_one_when_they_are_restarted()
    {
        await using var first = Start();
        await first.Says("Silo ready");
        await using var second = Start();
        await second.Says("Silo ready");

        using var client = new ClusterClient(_cluster, "default");
        await client.SendAsync(HttpMethod.Delete, Table);

        foreach (var silo in new[] { first, second })
        {
            Assert.Equal(Crashed, await silo.ExitAsync());
            Assert.Contains("OrleansCluster default/orleans-operator is not the one this silo knows: it was deleted", silo.Output, StringComparison.Ordinal);
        }

        await using var third = Start();
        await third.Says("Silo ready");
        await using var fourth = Start();
        await fourth.Says("Silo ready");
        Assert.Equal(2, (await client.SendAsync(HttpMethod.Get, Table))["status"]!["activeSilos"]!.GetValue<int>());
    }

    private SiloProcess Start() => SiloProcess.Silo(
        "--kubeconfig", _kubeconfig.Path, "--clustering", "kubernetes", "--urls", $"http://127.0.0.1:{FreePort.Next()}", "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}",
        "--silo-port", $"{FreePort.Next()}", "--gateway-port", "0");
}
