namespace OrleansOperator.Fleet.Objects;

/// <summary>One silo's part of a page.</summary>
/// <param name="Rows">Its first rows after the start of the page, in the order of the query; for a backwards query, its last ones before the end, last first.</param>
/// <param name="Counts">How many of its objects fit the query, whatever their state.</param>
/// <param name="Matched">How many fit the query.</param>
/// <param name="Passed">How many of these lie on the other side of where the page begins, the row there included.</param>
[GenerateSerializer, Immutable, Alias("oo.fleet-part")]
public sealed record ObjectPart(
    [property: Id(0)] IReadOnlyList<ObjectRow> Rows,
    [property: Id(1)] ObjectCounts Counts,
    [property: Id(2)] int Matched,
    [property: Id(3)] int Passed)
{
    /// <summary>Why there may be too few objects anywhere: this silo's feeds that have not delivered their first lists.</summary>
    [Id(4)] public IReadOnlyList<string> NotReady { get; init; } = [];
}
