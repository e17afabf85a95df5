using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>Sets have no item twice, and keyed lists no key (apiextensions, <c>listtype.ValidateListSetsAndMaps</c>).</summary>
internal static class ListUniqueness
{
    /// <summary>Adds an error for each item that repeats another.</summary>
    public static void Validate(Schema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (!schema.HasUniqueLists)
            return;
        if (value is JsonObject obj)
        {
            foreach (var (name, child) in obj)
            {
                if (schema.Properties.TryGetValue(name, out var property))
                    Validate(property, child, path.Length == 0 ? name : $"{path}.{name}", errors);
                else if (schema.AdditionalValues is { } additional)
                    Validate(additional, child, $"{path}[{name}]", errors);
            }
        }
        else if (value is JsonArray list)
        {
            if (schema.ListType == "set")
                Repeated(list, path, static item => item?.DeepClone(), errors);
            else if (schema.ListType == "map")
                Keys(schema, list, path, errors);
            for (var i = 0; i < list.Count && schema.Items is not null; i++)
                Validate(schema.Items, list[i], $"{path}[{i}]", errors);
        }
    }

    private static void Keys(Schema schema, JsonArray list, string path, List<FieldError> errors)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is null or JsonObject)
                continue;
            errors.Add(FieldError.Invalid($"{path}[{i}]", list[i].ToText(), "must be an object for an array of list-type map"));
            return;
        }

        Repeated(list, path, item => KeyOf(schema, item), errors);
    }

    /// <summary>An item is told once, however often it is there.</summary>
    private static void Repeated(JsonArray list, string path, Func<JsonNode?, JsonNode?> key, List<FieldError> errors)
    {
        if (list.Count < 2)
            return;
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < list.Count; i++)
        {
            var text = key(list[i]).ToText();
            var times = seen.GetValueOrDefault(text);
            seen[text] = times + 1;
            if (times == 1)
                errors.Add(FieldError.Duplicate($"{path}[{i}]", text));
        }
    }

    private static JsonObject KeyOf(Schema schema, JsonNode? item)
    {
        var key = new JsonObject();
        foreach (var name in schema.ListMapKeys)
        {
            if (item is JsonObject obj && obj.TryGetPropertyValue(name, out var value))
                key[name] = value?.DeepClone();
        }

        return key;
    }
}
