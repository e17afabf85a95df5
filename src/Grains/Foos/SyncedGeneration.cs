namespace OrleansOperator.Grains.Foos;

/// <summary>A generation of a Foo whose Deployment was brought to what it says.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Generation">The generation.</param>
internal sealed record SyncedGeneration(string Uid, long Generation);
