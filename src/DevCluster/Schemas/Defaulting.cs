using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>Fills in what the schema gives as defaults.</summary>
internal static class Defaulting
{
    public static void Apply(Schema schema, JsonNode? node)
    {
        if (!schema.HasDefaults)
            return;
        if (node is JsonObject obj)
        {
            foreach (var (name, property) in schema.Properties)
            {
                // A null where null is not allowed counts as left out, if there is a default.
                if (property.Default is { } value && (!obj.ContainsKey(name) || (obj[name] is null && !property.Nullable)))
                    obj[name] = value.DeepClone();
                if (obj[name] is { } child)
                    Apply(property, child);
            }

            if (schema.AdditionalValues is { } additional)
            {
                foreach (var (name, child) in obj.Where(pair => !schema.Properties.ContainsKey(pair.Key)).ToList())
                    Apply(additional, child ?? (obj[name] = OfNull(additional)));
            }
        }
        else if (node is JsonArray list && schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Apply(items, list[i] ?? (list[i] = OfNull(items)));
        }
    }

    /// <summary>What a null stands for where it may not be.</summary>
    private static JsonNode? OfNull(Schema schema) => schema.Nullable ? null : schema.Default?.DeepClone();

    /// <summary>
    /// Removes nulls where the schema allows none and has no default: to a real server they are as good as left out
    /// (apiextensions, <c>PruneNonNullableNullsWithoutDefaults</c>).
    /// </summary>
    public static void DropNulls(Schema schema, JsonNode? node)
    {
        if (node is JsonObject obj)
        {
            List<string>? nulls = null;
            foreach (var (name, child) in obj)
            {
                if ((schema.Properties.GetValueOrDefault(name) ?? schema.AdditionalProperties) is not { } property)
                    continue;
                if (child is null && !property.Nullable && property.Default is null)
                    (nulls ??= []).Add(name);
                else
                    DropNulls(property, child);
            }

            foreach (var name in nulls ?? [])
                obj.Remove(name);
        }
        else if (node is JsonArray list && schema.Items is { } items)
        {
            foreach (var item in list)
                DropNulls(items, item);
        }
    }
}
