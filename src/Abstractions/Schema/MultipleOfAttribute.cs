namespace OrleansOperator.Schema;

/// <summary>Numbers must be multiples of this: <c>multipleOf</c>.</summary>
/// <param name="value">The factor; above zero.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class MultipleOfAttribute(double value) : SchemaAttribute
{
    /// <summary>The factor; above zero.</summary>
    public double Value { get; } = value;
}
