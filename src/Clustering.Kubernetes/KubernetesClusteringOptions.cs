namespace OrleansOperator.Clustering.Kubernetes;

/// <summary>
/// Where the membership of an Orleans cluster is kept in Kubernetes. The cluster is named by
/// <see cref="Orleans.Configuration.ClusterOptions.ClusterId"/>; how the API server is reached is said by
/// <see cref="KubeApi.Configuration.KubeApiOptions"/>.
/// </summary>
public sealed class KubernetesClusteringOptions
{
    /// <summary>Name of the configuration section these options are usually bound to.</summary>
    public const string Section = "KubernetesClustering";

    /// <summary>
    /// The namespace of the OrleansCluster object and of the silos' Leases. Null is the namespace of the pod's service account
    /// or of the kubeconfig's context.
    /// </summary>
    public string? Namespace { get; set; }

    /// <summary>
    /// How many rows of Dead silos are kept at most; when a silo joins, the oldest beyond that are removed, so that silos in a
    /// crash loop cannot fill the table. From 1 to 500. Orleans itself removes Dead rows later
    /// (<c>ClusterMembershipOptions.MaxDefunctSiloEntries</c>, <c>DefunctSiloMinimumRetention</c>).
    /// </summary>
    public int MaxDeadSilos { get; set; } = 100;

    /// <summary>
    /// Whether pods are watched, and the silo of a pod that was deleted or has ended is declared dead at once. The default is
    /// true inside a pod.
    /// </summary>
    public bool PodWatch { get; set; } = Variable("KUBERNETES_SERVICE_HOST") is not null;

    /// <summary>Which pods are watched, such as <c>app=orders</c>; it has to select the pods of all silos. Null is all in the namespace.</summary>
    public string? PodLabelSelector { get; set; }

    /// <summary>
    /// The namespace of the silos' pods. The default is the environment variable POD_NAMESPACE; without it, the namespace of the
    /// pod's service account or of the kubeconfig's context.
    /// </summary>
    public string? PodNamespace { get; set; } = Variable("POD_NAMESPACE");

    /// <summary>The name of this silo's pod. The default is the environment variable POD_NAME (downward API, <c>metadata.name</c>).</summary>
    public string? PodName { get; set; } = Variable("POD_NAME");

    /// <summary>
    /// The uid of this silo's pod. The default is the environment variable POD_UID (downward API, <c>metadata.uid</c>). Without
    /// name and uid, the other silos find the pod by its IP address.
    /// </summary>
    public string? PodUid { get; set; } = Variable("POD_UID");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
