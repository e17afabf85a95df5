using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>Removes the fields that the schema does not know.</summary>
internal static class Pruning
{
    private static readonly HashSet<string> ObjectFields = ["apiVersion", "kind", "metadata"];

    /// <summary>Prunes a whole object; its metadata is not the schema's business.</summary>
    /// <param name="schema">The schema of the object.</param>
    /// <param name="obj">The object, changed in place.</param>
    /// <param name="unknown">Gets the paths of what was removed.</param>
    public static void PruneObject(Schema schema, JsonObject obj, ICollection<string> unknown) =>
        Fields(schema, obj, "", unknown, ObjectFields);

    /// <summary>Prunes what is below a path.</summary>
    public static void Prune(Schema schema, JsonNode? node, string path, ICollection<string> unknown)
    {
        if (node is JsonObject obj)
        {
            Fields(schema, obj, path, unknown, schema.Embedded ? ObjectFields : []);
        }
        else if (node is JsonArray list && schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Prune(items, list[i], $"{path}[{i}]", unknown);
        }
    }

    private static void Fields(Schema schema, JsonObject obj, string path, ICollection<string> unknown, HashSet<string> known)
    {
        List<string>? remove = null;
        foreach (var (name, child) in obj)
        {
            if (known.Contains(name))
                continue;
            if (schema.Properties.TryGetValue(name, out var property))
                Prune(property, child, Join(path, name), unknown);
            else if (schema.AdditionalProperties is { } additional)
                Prune(additional, child, Join(path, name), unknown);
            else if (!schema.PreserveUnknown)
                (remove ??= []).Add(name);
        }

        foreach (var name in remove ?? [])
        {
            unknown.Add(Join(path, name));
            obj.Remove(name);
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
