namespace OrleansOperator.KubeApi.Configuration.Kubeconfigs;

/// <summary>A context of a kubeconfig.</summary>
internal sealed record KubeconfigContext(string Name, string? Cluster, string? User, string? Namespace);
