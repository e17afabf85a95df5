using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.OpenApi;

/// <summary>Schemas as JSON: those of CRDs as they were written, those of built-in kinds from the model.</summary>
internal static class SchemaJson
{
    public static JsonObject Of(Schema schema)
    {
        if (schema.Source is { } source)
            return source.Clone();
        var json = new JsonObject();
        if (schema.Type is { } type)
            json["type"] = type;
        if (schema.Properties.Count > 0)
        {
            var properties = new JsonObject();
            foreach (var (name, property) in schema.Properties)
                properties[name] = Of(property);
            json["properties"] = properties;
        }

        if (schema.Items is { } items)
            json["items"] = Of(items);
        if (schema.AdditionalProperties is { } additional)
            json["additionalProperties"] = Of(additional);
        if (schema.PreserveUnknown)
            json["x-kubernetes-preserve-unknown-fields"] = true;
        return json;
    }
}
