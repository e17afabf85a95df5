namespace OrleansOperator.Grains.Foos;

/// <summary>A generation of a Foo whose Deployment was brought to what it says.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Generation">The generation.</param>
[GenerateSerializer, Immutable, Alias("oo.synced")]
internal sealed record SyncedGeneration([property: Id(0)] string Uid, [property: Id(1)] long Generation);
