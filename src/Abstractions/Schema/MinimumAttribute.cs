namespace OrleansOperator.Schema;

/// <summary>The least number that is valid: <c>minimum</c>.</summary>
/// <param name="value">The bound.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class MinimumAttribute(double value) : SchemaAttribute
{
    /// <summary>The bound.</summary>
    public double Value { get; } = value;

    /// <summary>Whether the bound itself is not valid: <c>exclusiveMinimum</c>.</summary>
    public bool Exclusive { get; init; }
}
