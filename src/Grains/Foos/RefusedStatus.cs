namespace OrleansOperator.Grains.Foos;

/// <summary>A status of a Foo that the API server called invalid, as a CRD with other limits may.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Status">The status.</param>
internal sealed record RefusedStatus(string Uid, FooStatus Status);
