namespace OrleansOperator.Schema;

/// <summary>
/// A keyword of a field's schema in the CRD that is generated from a type. Names, types and required fields need none: they come from
/// the System.Text.Json contract.
/// </summary>
[AttributeUsage(Targets)]
public abstract class SchemaAttribute : Attribute
{
    /// <summary>A property, or the parameter of a record that stands for it.</summary>
    internal const AttributeTargets Targets = AttributeTargets.Property | AttributeTargets.Parameter;

    /// <summary>A field, or a type: then every field of that type has it.</summary>
    internal const AttributeTargets TargetsWithTypes = Targets | AttributeTargets.Class | AttributeTargets.Struct;

    /// <summary>Whether it is about the items of the list, or the values of the map, instead of the field itself.</summary>
    public bool Items { get; init; }
}
