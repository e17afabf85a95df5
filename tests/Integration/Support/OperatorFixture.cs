using OrleansOperator.DevCluster;

namespace OrleansOperator.Integration.Support;

/// <summary>One cluster with one silo, shared by tests that each work in a namespace of their own.</summary>
public sealed class OperatorFixture : IAsyncLifetime
{
    private int _namespaces;
    private Operator? _operator;

    public DevClusterServer Cluster { get; private set; } = null!;

    internal Operator Operator => _operator!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await DevClusterServer.StartAsync(new DevClusterOptions());
        await Cluster.ApplyAsync(Manifests.FooCrd);
        _operator = await Operator.StartAsync(Cluster);
    }

    public async ValueTask DisposeAsync()
    {
        if (_operator is not null)
            await _operator.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    internal Task<ClusterClient> NamespaceAsync() =>
        new ClusterClient(Cluster, $"test-{Interlocked.Increment(ref _namespaces)}").CreateNamespaceAsync();
}
