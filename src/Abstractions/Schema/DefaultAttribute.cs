namespace OrleansOperator.Schema;

/// <summary>The value that the API server fills in where the field is absent: <c>default</c>.</summary>
/// <param name="value">A string, a number, a boolean, or a member of the field's enum; <see cref="DefaultJsonAttribute"/> takes anything else.</param>
[AttributeUsage(Targets)]
public sealed class DefaultAttribute(object value) : SchemaAttribute
{
    /// <summary>The value.</summary>
    public object Value { get; } = value;
}
