namespace OrleansOperator.Schema;

/// <summary>The greatest number that is valid: <c>maximum</c>.</summary>
/// <param name="value">The bound.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class MaximumAttribute(double value) : SchemaAttribute
{
    /// <summary>The bound.</summary>
    public double Value { get; } = value;

    /// <summary>Whether the bound itself is not valid: <c>exclusiveMaximum</c>.</summary>
    public bool Exclusive { get; init; }
}
