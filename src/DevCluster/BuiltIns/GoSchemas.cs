using System.Collections.Concurrent;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>Schemas of built-in kinds, made of their Go types when a kind is first used.</summary>
internal static class GoSchemas
{
    private static readonly ConcurrentDictionary<string, Schema> Schemas = new();

    /// <param name="name"><c>package/Type</c>.</param>
    public static Schema Of(string name) => Schemas.TryGetValue(name, out var known) ? known : Schemas.GetOrAdd(name, Struct(GoTypes.Of(name), atomic: false, []));

    private static Schema Struct(GoType type, bool atomic, HashSet<string> above)
    {
        // A type within itself ends here.
        if (!above.Add(type.Name))
            return new Schema { PreserveUnknown = true };
        var schema = new Schema { Type = "object", MapType = atomic || type.IsAtomic ? "atomic" : null };
        foreach (var (name, field) in type.Fields)
            schema.Properties[name] = Field(field, above);
        above.Remove(type.Name);
        return schema;
    }

    private static Schema Field(GoField field, HashSet<string> above) => field.Type switch
    {
        { Kind: GoKind.List, Element: { } item } => new Schema
        {
            Type = "array",
            Items = Value(item, above),
            ListType = field.MapKeys is not null ? "map" : field.IsSet ? "set" : null,
            ListMapKeys = field.MapKeys ?? [],
        },
        { Kind: GoKind.Map, Element: { } value } => new Schema
        {
            Type = "object",
            AdditionalProperties = Value(value, above),
            MapType = field.IsAtomic ? "atomic" : null,
        },
        { Kind: GoKind.Struct } type => Struct(type.Struct, field.IsAtomic, above),
        var type when field.Default is { } value => new Schema { Type = TypeOf(type.Kind), Default = value },
        var type => Value(type, above),
    };

    private static Schema Value(GoTypeRef type, HashSet<string> above) => type.Kind switch
    {
        GoKind.Struct => Struct(type.Struct, atomic: false, above),
        GoKind.List => new Schema { Type = "array", Items = Value(type.Element!, above) },
        GoKind.Map => new Schema { Type = "object", AdditionalProperties = Value(type.Element!, above) },
        GoKind.Quantity or GoKind.IntOrString or GoKind.FieldsV1 or GoKind.Any or GoKind.SchemaOrOther => new Schema { PreserveUnknown = true },
        var kind => new Schema { Type = TypeOf(kind) },
    };

    private static string TypeOf(GoKind kind) => kind switch
    {
        GoKind.Bool => "boolean",
        GoKind.Int32 or GoKind.Int64 => "integer",
        GoKind.Float64 => "number",
        _ => "string",
    };
}
