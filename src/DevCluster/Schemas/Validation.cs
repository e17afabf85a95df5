using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>Checks a value against a schema, in the words and the order of a real API server.</summary>
internal static class Validation
{
    /// <summary>Errors after which rules are not checked: a value may not have the form that they rely on (apiextensions, <c>hasBlockingErr</c>).</summary>
    private static readonly HashSet<string> Blocking =
        ["FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"];

    /// <summary>Checks a whole custom resource: its fields, and then the rules if the fields have their form.</summary>
    public static void ValidateObject(Schema schema, JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        var before = errors.Count;
        Validate(schema, obj, "", errors);
        if (!schema.HasRules)
            return;
        if (errors.Skip(before).Any(static error => Blocking.Contains(error.Reason)))
        {
            errors.Add(FieldError.Invalid("<nil>", "null",
                "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"));
        }
        else
        {
            RuleValidation.Validate(schema, obj, old, "", errors);
        }
    }

    /// <summary>Checks a value for itself, such as a default: its form and its rules, as a new value and as one that was there before.</summary>
    public static void ValidateValue(Schema schema, JsonNode value, List<FieldError> errors)
    {
        Validate(schema, value, "", errors);
        if (!schema.HasRules || errors.Count > 0)
            return;
        RuleValidation.Validate(schema, value, value, "", errors);
        if (errors.Count == 0)
            RuleValidation.Validate(schema, value, null, "", errors);
    }

    /// <summary>Checks a value and what is below it.</summary>
    public static void Validate(Schema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (value is null)
        {
            if (!schema.Nullable && !schema.PreserveUnknown && schema.Type is not null)
                errors.Add(FieldError.TypeInvalid(path, path, schema.Type, "null"));
            return;
        }

        var hasType = HasType(schema, value);
        if (!hasType)
            errors.Add(FieldError.TypeInvalid(path, path, schema.IntOrString ? "integer,string" : schema.Type!, TypeOf(value)));
        Junctors.Validate(schema, value, path, errors);
        if (!hasType)
            return;
        if (schema.Enum is { } allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
            errors.Add(FieldError.NotSupported(path, value.ToText(), allowed.Select(item => item is JsonValue v && v.TryGetValue<string>(out var s) ? s : item.ToText())));
        switch (value)
        {
            case JsonObject obj:
                Fields(schema, obj, path, errors);
                break;
            case JsonArray list:
                Items(schema, list, path, errors);
                break;
            default:
                if (value.GetValueKind() == JsonValueKind.String)
                    Text(schema, value.GetValue<string>(), path, errors);
                else if (value.GetValueKind() == JsonValueKind.Number)
                    Number(schema, value, path, errors);
                break;
        }
    }

    private static void Fields(Schema schema, JsonObject obj, string path, List<FieldError> errors)
    {
        foreach (var (name, property) in schema.Properties)
        {
            if (obj.TryGetPropertyValue(name, out var child))
                Validate(property, child, Join(path, name), errors);
        }

        foreach (var name in schema.Required)
        {
            if (!obj.ContainsKey(name))
                errors.Add(FieldError.Required(Join(path, name)));
        }

        // A resource within the resource has what every resource has.
        foreach (var name in schema.Embedded ? (string[])["apiVersion", "kind"] : [])
        {
            if (!obj.ContainsKey(name) && !schema.Required.Contains(name))
                errors.Add(FieldError.Required(Join(path, name)));
        }

        if (schema.AdditionalProperties is { } additional)
        {
            foreach (var (name, child) in obj)
            {
                if (!schema.Properties.ContainsKey(name))
                    Validate(additional, child, Join(path, name), errors);
            }
        }

        if (schema.MaxProperties is { } most && obj.Count > most)
            errors.Add(FieldError.TooMany(path, obj.Count, most));
        if (schema.MinProperties is { } least && obj.Count < least)
            errors.Add(FieldError.Invalid(path, obj.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {least} properties"));
    }

    private static void Items(Schema schema, JsonArray list, string path, List<FieldError> errors)
    {
        if (schema.MaxItems is { } most && list.Count > most)
            errors.Add(FieldError.TooMany(path, list.Count, most));
        if (schema.MinItems is { } least && list.Count < least)
            errors.Add(FieldError.Invalid(path, list.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {least} items"));
        if (schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Validate(items, list[i], $"{path}[{i}]", errors);
        }

        if (schema.ListType == "map")
            Duplicates(list, path, item => KeyOf(schema, item), errors);
        else if (schema.ListType == "set" || schema.UniqueItems)
            Duplicates(list, path, item => item, errors);
    }

    private static void Duplicates(JsonArray list, string path, Func<JsonNode?, JsonNode?> key, List<FieldError> errors)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var text = key(list[i]).ToText();
            if (!seen.Add(text))
                errors.Add(FieldError.Duplicate($"{path}[{i}]", text));
        }
    }

    private static JsonObject KeyOf(Schema schema, JsonNode? item)
    {
        var key = new JsonObject();
        foreach (var name in schema.ListMapKeys)
            key[name] = (item as JsonObject)?[name]?.DeepClone();
        return key;
    }

    /// <summary>Of a string, only the first thing wrong is told.</summary>
    private static void Text(Schema schema, string text, string path, List<FieldError> errors)
    {
        if (schema.MaxLength is { } most && text.EnumerateRunes().Count() > most)
            errors.Add(FieldError.TooLong(path, most));
        else if (schema.MinLength is { } least && text.EnumerateRunes().Count() < least)
            errors.Add(FieldError.InvalidText(path, text, $"{path} in body should be at least {least} chars long"));
        else if (schema.Pattern is { } pattern && !Re2.IsMatch(pattern, text))
            errors.Add(FieldError.InvalidText(path, text, $"{path} in body should match '{schema.PatternText}'"));
        else if (schema.Format is { } format && !Formats.IsValid(format, text))
            errors.Add(FieldError.InvalidText(path, text, $"{path} in body must be of type {format}: \"{text}\""));
    }

    private static void Number(Schema schema, JsonNode value, string path, List<FieldError> errors)
    {
        var number = value.Real() ?? double.NaN;
        var text = value.ToText();
        if (schema.Minimum is { } least && (schema.ExclusiveMinimum ? number <= least : number < least))
            errors.Add(FieldError.Invalid(path, text, $"{path} in body should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Plain(least)}"));
        if (schema.Maximum is { } most && (schema.ExclusiveMaximum ? number >= most : number > most))
            errors.Add(FieldError.Invalid(path, text, $"{path} in body should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Plain(most)}"));
        if (schema.MultipleOf is { } factor && Math.Abs(Math.IEEERemainder(number, factor)) > 1e-9)
            errors.Add(FieldError.Invalid(path, text, $"{path} in body should be a multiple of {Plain(factor)}"));
        if (schema.Format == "int32" && (number > int.MaxValue || number < int.MinValue))
            errors.Add(FieldError.InvalidText("<nil>", "", $"Checked value must be of type {schema.Type} with format int32 in {path}"));
    }

    private static bool HasType(Schema schema, JsonNode value)
    {
        var kind = value.GetValueKind();
        if (schema.IntOrString)
            return kind == JsonValueKind.String || (kind == JsonValueKind.Number && IsWhole(value));
        return schema.Type switch
        {
            null => true,
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => kind == JsonValueKind.Number && IsWhole(value),
            "number" => kind == JsonValueKind.Number,
            _ => true,
        };
    }

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => IsWhole(value) ? "integer" : "number",
        _ => "null",
    };

    private static bool IsWhole(JsonNode value) => value.Whole() is not null;

    private static string Plain(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
