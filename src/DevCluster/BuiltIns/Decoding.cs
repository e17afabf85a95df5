using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>
/// Built-in kinds are decoded into Go types: a value of the wrong type is a 400 in the words of Go's JSON decoder.
/// </summary>
internal static class Decoding
{
    /// <exception cref="ApiException">400: a value has the wrong type.</exception>
    public static void Check(Schema schema, JsonObject obj, string kind, string version)
    {
        if (Mismatch(schema, obj, kind) is { } why)
            throw ApiErrors.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {kind}: json: cannot unmarshal {why}");
    }

    private static string? Mismatch(Schema schema, JsonNode? value, string path)
    {
        if (value is null || schema.PreserveUnknown)
            return null;
        var (fits, actual) = value.GetValueKind() switch
        {
            JsonValueKind.Object => (schema.Type == "object", "object"),
            JsonValueKind.Array => (schema.Type == "array", "array"),
            JsonValueKind.String => (schema.Type == "string", "string"),
            JsonValueKind.Number => (schema.Type is "integer" or "number", "number"),
            _ => (schema.Type == "boolean", "bool"),
        };
        if (fits && schema.Type == "integer" && value.Whole() is null)
            (fits, actual) = (false, "number " + value.ToText());
        if (!fits)
            return $"{actual} into Go struct field {path} of type {GoType(schema)}";
        if (value is JsonObject obj)
        {
            foreach (var (name, child) in obj)
            {
                var property = schema.Properties.GetValueOrDefault(name);
                var childPath = property is null ? path : $"{path}.{name}";
                if ((property ?? schema.AdditionalProperties) is { } childSchema && Mismatch(childSchema, child, childPath) is { } why)
                    return why;
            }
        }
        else if (value is JsonArray list && schema.Items is { } items)
        {
            foreach (var item in list)
            {
                if (Mismatch(items, item, path) is { } why)
                    return why;
            }
        }

        return null;
    }

    private static string GoType(Schema schema) => schema.Type switch
    {
        "integer" => "int64",
        "boolean" => "bool",
        "number" => "float64",
        "array" => "[]" + (schema.Items is { } items ? GoType(items) : "interface {}"),
        "object" => schema.AdditionalProperties is { } values ? $"map[string]{GoType(values)}" : "struct",
        _ => "string",
    };
}
