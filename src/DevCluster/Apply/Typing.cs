using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>What a value is to server-side apply.</summary>
internal enum MergeForm
{
    /// <summary>Replaced whole.</summary>
    Leaf,

    /// <summary>Merged field by field.</summary>
    Map,

    /// <summary>Merged item by item.</summary>
    List,
}

/// <summary>
/// A schema as server-side apply reads it (structured merge diff with kube-openapi's <c>schemaconv</c>): what is a leaf, how items of
/// lists are told apart, and which fields there are. Where a schema says nothing, the value decides.
/// </summary>
/// <param name="Schema">The schema; null for what no schema describes.</param>
/// <param name="Keeps">Whether a place above keeps unknown fields, and so does everything below it.</param>
internal readonly record struct Typing(Schema? Schema, bool Keeps = false)
{
    /// <summary>Whether fields are accepted that the schema does not name.</summary>
    private bool IsOpen => Keeps || Schema is null || Schema.PreserveUnknown || (Schema.Properties.Count == 0 && Schema.AdditionalProperties is null);

    /// <summary>How a value is merged.</summary>
    public MergeForm FormOf(JsonNode? value)
    {
        var type = Schema?.Type ?? value switch
        {
            JsonObject => "object",
            JsonArray => "array",
            _ => "",
        };
        return type switch
        {
            "object" => Schema?.MapType == "atomic" ? MergeForm.Leaf : MergeForm.Map,
            "array" => Schema?.ListType is "map" or "set" ? MergeForm.List : MergeForm.Leaf,
            _ => MergeForm.Leaf,
        };
    }

    /// <summary>Whether a field is one of those that the schema names.</summary>
    public bool Declares(string field) => Schema?.Properties.ContainsKey(field) == true;

    /// <summary>The type of a field; null when there may be no such field.</summary>
    public Typing? Field(string name)
    {
        if (Schema?.Properties.GetValueOrDefault(name) is { } property)
            return new Typing(property, Keeps || Schema.PreserveUnknown);
        if (Schema?.AdditionalProperties is { } additional)
            return new Typing(additional, Keeps || Schema.PreserveUnknown);
        return IsOpen ? default(Typing) : null;
    }

    /// <summary>The type of the items of a list.</summary>
    public Typing Item => new(Schema?.Items, Keeps || Schema?.PreserveUnknown == true);

    public Typing Below(PathElement element) => element.FieldName is { } name ? Field(name) ?? default : Item;

    /// <summary>What tells an item of a list from the others.</summary>
    /// <exception cref="TypingException">The item has nothing that does.</exception>
    public PathElement ElementOf(JsonNode? item)
    {
        if (Schema?.ListType == "set")
        {
            return item switch
            {
                JsonObject => throw new TypingException("associative list without keys has an element that's a map type"),
                JsonArray => throw new TypingException("not supported: associative list with lists as elements"),
                null => throw new TypingException("associative list without keys has an element that's an explicit null"),
                _ => PathElement.Value(item),
            };
        }

        if (item is null)
            throw new TypingException("associative list with keys may not have a null element");
        if (item is not JsonObject fields)
            throw new TypingException("associative list with keys may not have non-map elements");
        var key = new JsonObject();
        foreach (var name in Schema!.ListMapKeys)
        {
            if (fields.TryGetPropertyValue(name, out var value))
                key[name] = value?.DeepClone();
            else if (Schema.Items?.Properties.GetValueOrDefault(name)?.Default is { } given)
                key[name] = given.DeepClone();
        }

        return key.Count > 0
            ? PathElement.Key(key)
            : throw new TypingException($"associative list with keys has an element that omits all key fields [{string.Join(" ", Schema.ListMapKeys.Select(GoText.Quote))}] (and doesn't have default values for any key fields)");
    }

    /// <summary>Adds what does not fit the type, as <c>.spec.ports: duplicate entries for key […]</c>.</summary>
    public void Validate(JsonNode? value, string path, bool allowDuplicates, List<string> errors)
    {
        if (value is null)
            return;
        switch (Schema?.Type)
        {
            case "object" when value is not JsonObject:
                errors.Add(At(path, $"expected map, got &{{{value.ToText().Trim('"')}}}"));
                return;
            case "array" when value is not JsonArray:
                errors.Add(At(path, $"expected list, got &{{{value.ToText().Trim('"')}}}"));
                return;
            case "string" when value.GetValueKind() != JsonValueKind.String:
                errors.Add(At(path, $"expected string, got &value.valueUnstructured{{Value:{value.ToText()}}}"));
                return;
            case "integer" or "number" when value.GetValueKind() != JsonValueKind.Number:
                errors.Add(At(path, $"expected numeric (int or float), got {(value.GetValueKind() == JsonValueKind.String ? "string" : value is JsonObject ? "map[string]interface {}" : value is JsonArray ? "[]interface {}" : "bool")}"));
                return;
            case "boolean" when value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
                errors.Add(At(path, $"expected boolean, got &{{{value.ToText().Trim('"')}}}"));
                return;
        }

        if (value is JsonObject obj)
        {
            foreach (var (name, child) in obj)
            {
                if (Field(name) is { } field)
                {
                    field.Validate(child, $"{path}.{name}", allowDuplicates, errors);
                }
                else
                {
                    errors.Add($"{path}.{name}: field not declared in schema");
                    break;
                }
            }
        }
        else if (value is JsonArray list)
        {
            ValidateItems(list, path, allowDuplicates, errors);
        }
    }

    private void ValidateItems(JsonArray list, string path, bool allowDuplicates, List<string> errors)
    {
        var seen = new HashSet<PathElement>();
        for (var i = 0; i < list.Count; i++)
        {
            var place = $"[{i}]";
            if (FormOf(list) == MergeForm.List)
            {
                try
                {
                    var element = ElementOf(list[i]);
                    place = element.ToString();
                    if (!seen.Add(element) && !allowDuplicates)
                        errors.Add(At(path, $"duplicate entries for key {place}"));
                }
                catch (TypingException e)
                {
                    errors.Add(At(path, $"element {i}: {e.Message}"));
                    return;
                }
            }

            Item.Validate(list[i], path + place, allowDuplicates, errors);
        }
    }

    private static string At(string path, string why) => path.Length == 0 ? why : $"{path}: {why}";
}

/// <summary>A value does not fit the type that server-side apply knows.</summary>
internal sealed class TypingException(string message) : Exception(message);
