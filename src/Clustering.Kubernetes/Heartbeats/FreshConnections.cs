using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Heartbeats;

/// <summary>
/// Connections of their own for a heartbeat that the usual ones do not carry: those are shared by all requests and stay with one instance of
/// the API server, for half a minute and more after it has hung.
/// </summary>
/// <param name="open">Makes a client with new connections, to be disposed; null where the application has brought an API of its own.</param>
internal sealed class FreshConnections(Func<KubeApiClient?> open)
{
    /// <summary>A client with new connections, to be disposed; null where there can be none.</summary>
    public KubeApiClient? Open() => open();
}
