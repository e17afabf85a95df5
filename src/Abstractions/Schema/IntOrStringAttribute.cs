namespace OrleansOperator.Schema;

/// <summary>
/// A number or a string, such as 2 or "50%": <c>x-kubernetes-int-or-string</c>. For a <see cref="System.Text.Json.JsonElement"/>, or a type
/// with a converter of its own.
/// </summary>
[AttributeUsage(TargetsWithTypes)]
public sealed class IntOrStringAttribute : SchemaAttribute;
