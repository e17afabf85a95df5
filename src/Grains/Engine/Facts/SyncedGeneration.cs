namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>A generation of an object whose plan was carried out.</summary>
/// <param name="Uid">The object.</param>
/// <param name="Generation">The generation.</param>
internal sealed record SyncedGeneration(string Uid, long Generation);
