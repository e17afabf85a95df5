using OrleansOperator.Fleet.Objects;
using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.Fleet.Silos;

/// <summary>How one silo is doing.</summary>
/// <param name="Counts">The objects that it holds, by state.</param>
/// <param name="Running">How many reconciles are under way.</param>
/// <param name="Waiting">How many wait for their turn.</param>
/// <param name="Limit">How many may be under way at once.</param>
/// <param name="Feeds">The feeds that it runs.</param>
/// <param name="ResidentBytes">Memory of the process that is in use (RSS).</param>
/// <param name="HeapBytes">What of it .NET objects take.</param>
/// <param name="Started">When the process started.</param>
/// <param name="Version">Version of the operator.</param>
[GenerateSerializer, Immutable, Alias("oo.fleet-silo")]
public sealed record SiloReport(
    [property: Id(0)] ObjectCounts Counts,
    [property: Id(1)] int Running,
    [property: Id(2)] int Waiting,
    [property: Id(3)] int Limit,
    [property: Id(4)] IReadOnlyList<FeedStatus> Feeds,
    [property: Id(5)] long ResidentBytes,
    [property: Id(6)] long HeapBytes,
    [property: Id(7)] DateTimeOffset Started,
    [property: Id(8)] string Version);
