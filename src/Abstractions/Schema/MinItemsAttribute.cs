namespace OrleansOperator.Schema;

/// <summary>The fewest items of a list: <c>minItems</c>.</summary>
/// <param name="count">Number of items; not negative.</param>
[AttributeUsage(Targets)]
public sealed class MinItemsAttribute(int count) : SchemaAttribute
{
    /// <summary>Number of items; not negative.</summary>
    public int Count { get; } = count;
}
