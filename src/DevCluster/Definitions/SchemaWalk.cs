using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>Schemas within the JSON of a schema.</summary>
internal static class SchemaWalk
{
    private static readonly string[] Single = ["items", "not", "additionalProperties", "additionalItems"];
    private static readonly string[] Maps = ["properties", "patternProperties", "definitions", "dependencies"];
    private static readonly string[] Lists = ["items", "allOf", "anyOf", "oneOf"];

    /// <summary>The schemas in a map of schemas, such as <c>properties</c>.</summary>
    public static IEnumerable<(string Name, JsonObject Schema)> Map(JsonObject schema, string field)
    {
        foreach (var (name, child) in schema[field] as JsonObject ?? [])
        {
            if (child is JsonObject found)
                yield return (name, found);
        }
    }

    /// <summary>The schemas in a list of schemas, such as <c>allOf</c>, with their positions.</summary>
    public static IEnumerable<(int Index, JsonObject Schema)> List(JsonObject schema, string field)
    {
        foreach (var (index, child) in (schema.List(field) ?? []).Index())
        {
            if (child is JsonObject found)
                yield return (index, found);
        }
    }

    /// <summary>Whether a schema or one below it has a property.</summary>
    public static bool Any(JsonNode? node, Func<JsonObject, bool> has)
    {
        if (node is not JsonObject schema)
            return false;
        return has(schema)
            || Single.Any(field => Any(schema[field], has))
            || Maps.Any(field => Map(schema, field).Any(child => Any(child.Schema, has)))
            || Lists.Any(field => List(schema, field).Any(child => Any(child.Schema, has)));
    }
}
