namespace OrleansOperator.Grains.Foos;

/// <summary>A status of a Foo that the API server called invalid, as a CRD with other limits may.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Status">The status.</param>
[GenerateSerializer, Immutable, Alias("oo.refused-status")]
internal sealed record RefusedStatus([property: Id(0)] string Uid, [property: Id(1)] FooStatus Status);
