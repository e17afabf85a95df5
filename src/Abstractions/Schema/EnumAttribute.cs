namespace OrleansOperator.Schema;

/// <summary>The only valid values: <c>enum</c>. A .NET enum has its own.</summary>
/// <param name="values">The values, of the JSON type of the field.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class EnumAttribute(params object[] values) : SchemaAttribute
{
    /// <summary>The values.</summary>
    public IReadOnlyList<object> Values { get; } = values;
}
