namespace OrleansOperator.Grains.Interfaces;

/// <summary>The owner reference with <c>controller: true</c> of an object (<c>metav1.OwnerReference</c>).</summary>
/// <param name="ApiVersion">Group and version of the owner.</param>
/// <param name="Kind">Kind of the owner.</param>
/// <param name="Name">Name of the owner, in the object's own namespace.</param>
/// <param name="Uid">Uid of the owner: only this tells whose the object is.</param>
[GenerateSerializer, Immutable, Alias("oo.controller")]
public sealed record ControllerReference(
    [property: Id(0)] string ApiVersion,
    [property: Id(1)] string Kind,
    [property: Id(2)] string Name,
    [property: Id(3)] string Uid);
