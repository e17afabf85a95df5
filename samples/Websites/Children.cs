using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Samples.Websites;

/// <summary>What matters here of a ConfigMap.</summary>
[Kind("", "v1", "configmaps", "ConfigMap")]
public sealed record ConfigMap : ResourceSnapshot
{
    /// <summary>Its files.</summary>
    public Dictionary<string, string>? Data { get; init; }
}

/// <summary>What matters here of a Service.</summary>
[Kind("", "v1", "services", "Service")]
public sealed record Service : ResourceSnapshot
{
    /// <summary>What is wanted of it.</summary>
    public ServiceSpec? Spec { get; init; }
}

/// <summary>The spec of a Service.</summary>
/// <param name="Selector">The labels of its pods.</param>
/// <param name="Ports">Its ports.</param>
public sealed record ServiceSpec(Dictionary<string, string>? Selector, [property: MergeKey("port")] List<ServicePort>? Ports);

/// <summary>A port of a Service.</summary>
/// <param name="Port">The port.</param>
/// <param name="TargetPort">The port of the pods.</param>
public sealed record ServicePort(int Port, int TargetPort);

/// <summary>What matters here of a Deployment.</summary>
[Kind("apps", "v1", "deployments", "Deployment")]
public sealed record Deployment : ResourceSnapshot
{
    /// <summary>What is wanted of it.</summary>
    public DeploymentSpec? Spec { get; init; }

    /// <summary>How it is doing.</summary>
    public DeploymentStatus? Status { get; init; }
}

/// <summary>The spec of a Deployment.</summary>
public sealed record DeploymentSpec
{
    /// <summary>How many pods.</summary>
    public int? Replicas { get; init; }

    /// <summary>Which pods are its own; it cannot change.</summary>
    [CreateOnly]
    public LabelSelector? Selector { get; init; }

    /// <summary>Its pods.</summary>
    public PodTemplate? Template { get; init; }
}

/// <summary>A selector.</summary>
/// <param name="MatchLabels">The labels.</param>
public sealed record LabelSelector(Dictionary<string, string> MatchLabels);

/// <summary>The template of pods.</summary>
/// <param name="Metadata">Their labels and annotations.</param>
/// <param name="Spec">Their containers and volumes.</param>
public sealed record PodTemplate(PodMetadata? Metadata, PodSpec? Spec);

/// <summary>The metadata of pods.</summary>
/// <param name="Labels">Their labels.</param>
/// <param name="Annotations">Their annotations: when one changes, the pods are replaced.</param>
public sealed record PodMetadata(Dictionary<string, string>? Labels, Dictionary<string, string>? Annotations);

/// <summary>The spec of pods.</summary>
/// <param name="Containers">Their containers.</param>
/// <param name="Volumes">Their volumes.</param>
public sealed record PodSpec([property: MergeKey("name")] List<Container>? Containers, [property: MergeKey("name")] List<Volume>? Volumes);

/// <summary>A container.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Image">Its image.</param>
/// <param name="VolumeMounts">Where it has its volumes.</param>
public sealed record Container(string Name, string? Image, [property: MergeKey("mountPath")] List<VolumeMount>? VolumeMounts);

/// <summary>Where a container has a volume.</summary>
/// <param name="Name">The volume.</param>
/// <param name="MountPath">The folder.</param>
public sealed record VolumeMount(string Name, string MountPath);

/// <summary>A volume of a ConfigMap's files.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ConfigMap">The ConfigMap.</param>
public sealed record Volume(string Name, ConfigMapVolume? ConfigMap);

/// <summary>A ConfigMap as a volume.</summary>
/// <param name="Name">Its name.</param>
public sealed record ConfigMapVolume(string Name);

/// <summary>The status of a Deployment.</summary>
public sealed record DeploymentStatus
{
    /// <summary>How many pods are available.</summary>
    public int? AvailableReplicas { get; init; }

    /// <summary>How many are of the current template.</summary>
    public int? UpdatedReplicas { get; init; }

    /// <summary>What the status speaks of.</summary>
    public long? ObservedGeneration { get; init; }
}
