using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Foos.Model;

/// <summary>An event of a watch.</summary>
/// <param name="Snapshot">The object, or its last state.</param>
/// <param name="IsDeletion">Whether it is gone.</param>
/// <param name="Version">The resource version reached.</param>
internal sealed record ModelEvent(ResourceSnapshot Snapshot, bool IsDeletion, long Version);
