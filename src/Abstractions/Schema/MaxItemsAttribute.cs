namespace OrleansOperator.Schema;

/// <summary>The most items of a list: <c>maxItems</c>. With it, CEL rules over the list have an estimated cost.</summary>
/// <param name="count">Number of items; not negative.</param>
[AttributeUsage(Targets)]
public sealed class MaxItemsAttribute(int count) : SchemaAttribute
{
    /// <summary>Number of items; not negative.</summary>
    public int Count { get; } = count;
}
