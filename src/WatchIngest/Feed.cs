using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.WatchIngest;

/// <summary>One stream of changes: a kind, a range of uids, and a namespace or all of them. The unit that silos share out.</summary>
/// <param name="Definition">The kind.</param>
/// <param name="Range">The range of uids.</param>
/// <param name="Namespace">The namespace, or null for all.</param>
public sealed record Feed(FeedDefinition Definition, UidRange Range, string? Namespace)
{
    /// <summary>Its name, the same on every silo.</summary>
    public string Id { get; } =
        Definition.Resource.QualifiedName
        + (Namespace is null ? "" : $"@{Namespace}")
        + (Range.Count == 1 ? "" : $"#{Range.Index}/{Range.Count}");

    /// <summary>All feeds of some kinds.</summary>
    public static IEnumerable<Feed> Of(IEnumerable<FeedDefinition> definitions) =>
        from definition in definitions
        from ns in definition.Namespaces.Count == 0 ? [null] : definition.Namespaces.Cast<string?>()
        from index in Enumerable.Range(0, definition.Ranges)
        select new Feed(definition, new UidRange(index, definition.Ranges), ns);
}
