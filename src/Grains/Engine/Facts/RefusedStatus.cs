using OrleansOperator.Grains.Engine.Planning;

namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>A status of an object that the API server called invalid, as a CRD with other limits may.</summary>
/// <param name="Uid">The object.</param>
/// <param name="Status">The status.</param>
internal sealed record RefusedStatus(string Uid, DesiredStatus Status);
