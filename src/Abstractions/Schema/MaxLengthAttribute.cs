namespace OrleansOperator.Schema;

/// <summary>The most characters of a string: <c>maxLength</c>. With it, CEL rules over the string have an estimated cost.</summary>
/// <param name="length">Number of characters; not negative.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class MaxLengthAttribute(int length) : SchemaAttribute
{
    /// <summary>Number of characters; not negative.</summary>
    public int Length { get; } = length;
}
