using OrleansOperator.DevCluster;

namespace OrleansOperator.Integration.Support;

/// <summary>Starts API servers for tests that need one of their own.</summary>
internal static class Clusters
{
    public static Task<DevClusterServer> StartAsync(DevClusterOptions? options = null) =>
        DevClusterServer.StartAsync(options, TestContext.Current.CancellationToken);
}
