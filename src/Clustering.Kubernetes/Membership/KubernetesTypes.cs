using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>The kinds that membership is kept in.</summary>
internal static class KubernetesTypes
{
    /// <summary>The membership tables; deploy/crds/orleanscluster.yaml.</summary>
    public static ResourceType Clusters { get; } = new("orleansoperator.io", "v1alpha1", "orleansclusters", "OrleansCluster");

    /// <summary>The heartbeats.</summary>
    public static ResourceType Leases { get; } = new("coordination.k8s.io", "v1", "leases", "Lease");

    public static ResourceType Pods { get; } = new("", "v1", "pods", "Pod");

    /// <summary>The label of a heartbeat's Lease whose value is the name of its OrleansCluster.</summary>
    public const string ClusterLabel = "orleansoperator.io/cluster";
}
