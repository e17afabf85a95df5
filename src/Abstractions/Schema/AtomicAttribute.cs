namespace OrleansOperator.Schema;

/// <summary>The object or map has one owner in server-side apply and is replaced as a whole: <c>x-kubernetes-map-type: atomic</c>.</summary>
[AttributeUsage(TargetsWithTypes)]
public sealed class AtomicAttribute : SchemaAttribute;
