namespace OrleansOperator.Schema;

/// <summary>The scale subresource of the kind, for <c>kubectl scale</c> and autoscalers: <c>subresources.scale</c>.</summary>
/// <param name="specReplicas">Path of the wanted number, such as <c>.spec.replicas</c>.</param>
/// <param name="statusReplicas">Path of the number that is there, such as <c>.status.replicas</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ScaleAttribute(string specReplicas, string statusReplicas) : Attribute
{
    /// <summary>Path of the wanted number.</summary>
    public string SpecReplicas { get; } = specReplicas;

    /// <summary>Path of the number that is there.</summary>
    public string StatusReplicas { get; } = statusReplicas;

    /// <summary>Path of the label selector of the pods as a string, which a HorizontalPodAutoscaler needs, such as <c>.status.selector</c>.</summary>
    public string? Selector { get; init; }
}
