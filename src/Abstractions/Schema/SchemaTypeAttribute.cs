namespace OrleansOperator.Schema;

/// <summary>The schema is that of another type, because a converter of its own writes it in that form.</summary>
/// <param name="type">The type, such as string; one that the JSON context of the kind knows.</param>
[AttributeUsage(TargetsWithTypes | AttributeTargets.Enum)]
public sealed class SchemaTypeAttribute(Type type) : SchemaAttribute
{
    /// <summary>The type whose schema it has.</summary>
    public Type Type { get; } = type;
}
