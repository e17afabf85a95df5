namespace OrleansOperator.Schema;

/// <summary>The API server keeps fields that the schema does not name: <c>x-kubernetes-preserve-unknown-fields</c>.</summary>
[AttributeUsage(TargetsWithTypes)]
public sealed class PreserveUnknownFieldsAttribute : SchemaAttribute;
