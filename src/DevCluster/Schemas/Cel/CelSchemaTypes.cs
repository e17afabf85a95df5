using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>The types of values that schemas describe (apiserver, <c>cel/common.SchemaDeclType</c>).</summary>
internal static class CelSchemaTypes
{
    /// <summary>The largest request, in bytes.</summary>
    public const long MaxRequest = 3 * 1024 * 1024;

    private const long MaxName = Resources.Names.MaxSubdomain;

    private static readonly CelDecl Text = CelDecl.String with { MaxElements = MaxRequest - 2 };

    /// <summary>Of a whole object, rules see the names and the type, and nothing else of the metadata.</summary>
    private static readonly CelDecl Metadata = new(CelKind.Object, "object")
    {
        Fields = new Dictionary<string, CelDecl>
        {
            ["name"] = CelDecl.String with { MaxElements = 4 * MaxName },
            ["generateName"] = CelDecl.String with { MaxElements = 4 * (MaxName - 1) },
        },
        MinSize = 2,
    };

    /// <summary>The type of a schema; null when rules cannot see such values.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="isRoot">Whether it describes a whole object.</param>
    public static CelDecl? Of(Schema schema, bool isRoot)
    {
        if (schema.IntOrString)
            return CelDecl.Dynamic with { MaxElements = schema.MaxLength is { } most ? most * 4 : MaxRequest - 2, MinSize = 1 };
        return schema.Type switch
        {
            "array" => schema.Items is { } items && Of(items, items.Embedded) is { } item
                ? CelDecl.List(item) with { MaxElements = schema.MaxItems ?? (MaxRequest - 2) / (item.MinSize + 1) }
                : null,
            "object" when schema.AdditionalValues is { } values && !isRoot => Of(values, values.Embedded) is { } value
                ? CelDecl.Map(value) with { MaxElements = schema.MaxProperties ?? (MaxRequest - 2) / (value.MinSize + 6) }
                : null,
            "object" => Object(schema, isRoot),
            "string" => String(schema),
            "boolean" => CelDecl.Bool with { MaxElements = 0 },
            "number" => CelDecl.Double with { MaxElements = 0 },
            "integer" => CelDecl.Int with { MaxElements = 0 },
            _ => null,
        };
    }

    private static CelDecl Object(Schema schema, bool isRoot)
    {
        var fields = new Dictionary<string, CelDecl>();
        long size = 2;
        foreach (var (name, property) in schema.Properties)
        {
            if (Of(property, property.Embedded) is not { } field)
                continue;
            fields[name] = field;
            if (schema.Required.Contains(name) && property.Default is null)
                size += name.Length + field.MinSize + 4;
        }

        if (isRoot)
            (fields["kind"], fields["apiVersion"], fields["metadata"]) = (Text, Text, Metadata);
        return new CelDecl(CelKind.Object, "object") { Fields = fields, MinSize = size, MaxElements = 0 };
    }

    private static CelDecl String(Schema schema) => schema.Format switch
    {
        "byte" => CelDecl.Bytes with { MaxElements = schema.MaxLength ?? MaxRequest - 2 },
        "duration" => CelDecl.Duration with { MaxElements = 32 },
        "date" => CelDecl.Timestamp with { MaxElements = 12, MinSize = 12 },
        "date-time" => CelDecl.Timestamp with { MaxElements = 32, MinSize = 21 },
        _ => CelDecl.String with { MaxElements = schema.MaxLength is { } most ? most * 4 : schema.Enum is { Count: > 0 } values ? Longest(values) : MaxRequest - 2 },
    };

    private static long Longest(JsonArray values) =>
        values.Max(value => value is JsonValue text && text.TryGetValue<string>(out var known) ? System.Text.Encoding.UTF8.GetByteCount(known) : 0);
}
