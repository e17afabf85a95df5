namespace OrleansOperator.Schema;

/// <summary>How server-side apply merges a list: <c>x-kubernetes-list-type</c> and <c>x-kubernetes-list-map-keys</c>.</summary>
/// <param name="type">How.</param>
/// <param name="keys">For <see cref="ListType.Map"/>: the JSON names of the fields that tell its items apart; each is required or has a default.</param>
[AttributeUsage(Targets)]
public sealed class ListTypeAttribute(ListType type, params string[] keys) : SchemaAttribute
{
    /// <summary>How it is merged.</summary>
    public ListType Type { get; } = type;

    /// <summary>The fields that tell its items apart.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
