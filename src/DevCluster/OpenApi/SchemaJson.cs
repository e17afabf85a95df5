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
        if (schema.ListType is { } listType)
        {
            json["x-kubernetes-list-type"] = listType;

            // kubectl computes its patches with these.
            json["x-kubernetes-patch-strategy"] = "merge";
            if (listType == "map")
            {
                json["x-kubernetes-list-map-keys"] = new JsonArray([.. schema.ListMapKeys.Select(key => JsonValue.Create(key))]);
                json["x-kubernetes-patch-merge-key"] = schema.ListMapKeys[0];
            }
        }

        if (schema.MapType is { } mapType)
            json["x-kubernetes-map-type"] = mapType;
        if (schema.PreserveUnknown)
            json["x-kubernetes-preserve-unknown-fields"] = true;
        return json;
    }

    /// <summary>
    /// What OpenAPI v2 can say of a schema of v3: where it cannot say it, nothing is said, so that clients accept what the server
    /// will judge.
    /// </summary>
    public static JsonObject ForV2(JsonObject schema)
    {
        var json = new JsonObject();
        var anything = schema.Flag("nullable") || schema.Flag("x-kubernetes-preserve-unknown-fields") || schema.Flag("x-kubernetes-int-or-string");
        foreach (var (name, value) in schema)
        {
            switch (name)
            {
                case "nullable" or "oneOf" or "anyOf" or "not" or "default":
                case "type" or "format" or "items" or "properties" or "additionalProperties" or "required" or "enum" when anything:
                    break;
                case "properties" when value is JsonObject properties:
                    json[name] = new JsonObject(properties.Select(pair => KeyValuePair.Create(pair.Key, pair.Value is JsonObject child ? (JsonNode?)ForV2(child) : null)));
                    break;
                case "items" or "additionalProperties" when value is JsonObject child:
                    json[name] = ForV2(child);
                    break;
                default:
                    json[name] = value?.DeepClone();
                    break;
            }
        }

        return json;
    }
}
