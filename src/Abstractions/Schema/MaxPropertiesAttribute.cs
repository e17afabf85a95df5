namespace OrleansOperator.Schema;

/// <summary>The most entries of a map: <c>maxProperties</c>. With it, CEL rules over the map have an estimated cost.</summary>
/// <param name="count">Number of entries; not negative.</param>
[AttributeUsage(Targets)]
public sealed class MaxPropertiesAttribute(int count) : SchemaAttribute
{
    /// <summary>Number of entries; not negative.</summary>
    public int Count { get; } = count;
}
