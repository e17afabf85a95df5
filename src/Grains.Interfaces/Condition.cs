namespace OrleansOperator.Grains.Interfaces;

/// <summary>A status condition as the Kubernetes API conventions define it (<c>metav1.Condition</c>).</summary>
/// <param name="Type">What it is about, in CamelCase, such as <c>Ready</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">A CamelCase word for the last transition's reason.</param>
/// <param name="Message">A sentence for people; may be empty.</param>
/// <param name="LastTransitionTime">When <paramref name="Status"/> last changed, to the second.</param>
/// <param name="ObservedGeneration">The generation it was computed from; 0 when unknown.</param>
[GenerateSerializer, Immutable, Alias("oo.condition")]
public sealed record Condition(
    [property: Id(0)] string Type,
    [property: Id(1)] string Status,
    [property: Id(2)] string Reason,
    [property: Id(3)] string Message,
    [property: Id(4)] DateTimeOffset LastTransitionTime,
    [property: Id(5)] long ObservedGeneration);
