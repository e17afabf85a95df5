namespace OrleansOperator.Schema;

/// <summary>
/// Null is a value of its own: <c>nullable</c>. Without it the API server drops a null, as is right for what C# calls nullable and means to
/// be optional. A required field of a nullable type has it already.
/// </summary>
[AttributeUsage(Targets)]
public sealed class NullableAttribute : SchemaAttribute;
