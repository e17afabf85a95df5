using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>Which Orleans cluster is meant, and where it is kept.</summary>
/// <param name="ClusterId">The Orleans cluster id.</param>
/// <param name="Namespace">The namespace of the table and of the heartbeats.</param>
internal sealed record ClusterIdentity(string ClusterId, string Namespace)
{
    /// <summary>The name of the OrleansCluster object.</summary>
    public string Name { get; } = KubernetesNames.For(ClusterId);

    public static ClusterIdentity From(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<KubernetesClusteringOptions>>().Value;
        return new ClusterIdentity(
            services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId,
            options.Namespace is { Length: > 0 } ns ? ns : HomeNamespace(services));
    }

    /// <summary>The namespace of the pod's service account or of the kubeconfig's context.</summary>
    public static string HomeNamespace(IServiceProvider services) =>
        (services.GetRequiredService<IKubeApi>() as KubeApiClient)?.Namespace ?? "default";
}
