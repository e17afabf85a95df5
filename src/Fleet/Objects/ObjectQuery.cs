namespace OrleansOperator.Fleet.Objects;

/// <summary>Which objects a list shows, in what order, and which page of it.</summary>
[GenerateSerializer, Immutable, Alias("oo.fleet-query")]
public sealed record ObjectQuery
{
    /// <summary>The most rows of a page.</summary>
    public const int MostRows = 500;

    /// <summary>Words that must all occur in the namespace, name, reason or error of an object.</summary>
    [Id(0)] public string Search { get; init; } = "";

    /// <summary>Objects of this controller only.</summary>
    [Id(1)] public string? Controller { get; init; }

    /// <summary>Objects of this namespace only.</summary>
    [Id(2)] public string? Namespace { get; init; }

    /// <summary>Objects held by this silo only.</summary>
    [Id(3)] public string? Silo { get; init; }

    /// <summary>Objects in this state only.</summary>
    [Id(4)] public ObjectState? State { get; init; }

    /// <summary>What to sort by: one of <see cref="RowSort"/>.</summary>
    [Id(5)] public string Sort { get; init; } = RowSort.State;

    /// <summary>Whether to sort in descending order.</summary>
    [Id(6)] public bool Descending { get; init; }

    /// <summary>The row after which the page begins, or before which it ends; null for the first page, or the last.</summary>
    [Id(7)] public RowKey? From { get; init; }

    /// <summary>Whether the page ends before <see cref="From"/>.</summary>
    [Id(8)] public bool Backwards { get; init; }

    /// <summary>How many rows a page has. 1 to <see cref="MostRows"/>.</summary>
    [Id(9)] public int Limit { get; init; } = 50;
}
