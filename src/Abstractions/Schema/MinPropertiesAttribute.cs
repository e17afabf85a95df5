namespace OrleansOperator.Schema;

/// <summary>The fewest entries of a map: <c>minProperties</c>.</summary>
/// <param name="count">Number of entries; not negative.</param>
[AttributeUsage(Targets)]
public sealed class MinPropertiesAttribute(int count) : SchemaAttribute
{
    /// <summary>Number of entries; not negative.</summary>
    public int Count { get; } = count;
}
