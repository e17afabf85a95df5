namespace OrleansOperator.Schema;

/// <summary>The fewest characters of a string: <c>minLength</c>.</summary>
/// <param name="length">Number of characters; not negative.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class MinLengthAttribute(int length) : SchemaAttribute
{
    /// <summary>Number of characters; not negative.</summary>
    public int Length { get; } = length;
}
