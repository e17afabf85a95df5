using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>
/// Checks a value against a schema, in the words of a real API server (kube-openapi, <c>validation/validate</c>): each check looks at the
/// value for itself, so that one of a wrong type may be out of its range as well.
/// </summary>
internal static class Validation
{
    /// <summary>Errors after which rules are not checked: a value may not have the form that they rely on (apiextensions, <c>hasBlockingErr</c>).</summary>
    private static readonly HashSet<string> Blocking =
        ["FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"];

    /// <summary>
    /// Checks a whole custom resource: its fields, lists that have nothing twice, and the rules if the fields have their form. What an
    /// update does not change is let pass.
    /// </summary>
    /// <param name="schema">Of the resource.</param>
    /// <param name="obj">The object.</param>
    /// <param name="old">What it was before, or null.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <param name="others">Adds what else is to be known before rules are checked, or null.</param>
    /// <param name="statusOnly">Of a write of the status, only that is checked, but for the rules.</param>
    public static void ValidateObject(
        Schema schema, JsonObject obj, JsonObject? old, List<FieldError> errors, Action<List<FieldError>>? others = null, bool statusOnly = false)
    {
        var before = errors.Count;
        var correlation = old is null ? default : new Correlation(schema, obj, old);
        var result = new ValidationResult();
        if (!statusOnly)
            Validate(schema, obj, correlation, "", result);
        else if (obj.TryGetPropertyValue("status", out var status) && schema.Properties.TryGetValue("status", out var statusSchema))
            Validate(statusSchema, status, correlation.Key("status"), "status", result);
        errors.AddRange(result.Errors);
        others?.Invoke(errors);
        if (schema.HasUniqueLists)
            Lists(schema, obj, old, errors);
        if (!schema.HasRules)
            return;
        if (errors.Skip(before).Any(static error => Blocking.Contains(error.Reason)))
        {
            errors.Add(FieldError.Invalid("<nil>", "null",
                "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"));
        }
        else
        {
            RuleValidation.Validate(schema, obj, old, correlation, errors);
        }
    }

    /// <summary>Checks a value for itself, such as a default: its form and its rules, as a new value and as one that was there before.</summary>
    public static void ValidateValue(Schema schema, JsonNode value, List<FieldError> errors)
    {
        var result = new ValidationResult();
        Validate(schema, value, default, "", result);
        errors.AddRange(result.Errors);
        if (!schema.HasRules || errors.Count > 0)
            return;
        RuleValidation.Validate(schema, value, value, default, errors);
        if (errors.Count == 0)
            RuleValidation.Validate(schema, value, null, default, errors);
    }

    /// <summary>Checks a value and what is below it, and lets pass what is as it was.</summary>
    public static void Validate(Schema schema, JsonNode? value, Correlation correlation, string path, ValidationResult result)
    {
        var before = result.Errors.Count;
        ValidateNode(schema, value, correlation, path, result);
        if (result.Errors.Count > before && correlation.IsUnchanged())
            result.Truncate(before);
    }

    /// <summary>Checks a value and what is below it, whether the value changed or not.</summary>
    public static void ValidateNode(Schema schema, JsonNode? value, Correlation correlation, string path, ValidationResult result)
    {
        if (value is null)
        {
            if (!schema.Nullable && TypeName(schema) is { } type)
                result.Add(FieldError.TypeInvalid(path, path, type, "null"));
            else
                result.Matches++;
            Enum(schema, null, path, result);
            return;
        }

        var kind = value.GetValueKind();
        if (schema.Type is not null || schema.IntOrString || schema.CheckedFormat is not null)
            result.Matches += HasType(schema, value, kind) ? 2 : 1;
        if (!HasType(schema, value, kind))
            result.Add(FieldError.TypeInvalid(path, path, TypeName(schema)!, TypeOf(value, kind)));
        Junctors.Validate(schema, value, correlation, path, result);

        // What applies counts, and so do the checks of junctors and of the value as a whole.
        result.Matches += 4;
        switch (kind)
        {
            case JsonValueKind.String:
                Text(schema, value.GetValue<string>(), path, result);
                result.Matches += schema.Type != "string" && schema.CheckedFormat is null ? 1 : 2;
                break;
            case JsonValueKind.Number:
                Number(schema, value, path, result);
                result.Matches += 2;
                break;
            case JsonValueKind.Array:
                Items(schema, value.AsArray(), correlation, path, result);
                result.Matches += 2;
                break;
        }

        Enum(schema, value, path, result);
        if (kind == JsonValueKind.Object)
        {
            Fields(schema, value.AsObject(), correlation, path, result);
            result.Matches++;
        }
    }

    private static void Lists(Schema schema, JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        var found = new List<FieldError>();
        ListUniqueness.Validate(schema, obj, "", found);
        if (found.Count == 0)
            return;
        var before = new List<FieldError>();
        if (old is not null)
            ListUniqueness.Validate(schema, old, "", before);
        if (before.Count == 0)
            errors.AddRange(found);
    }

    private static void Enum(Schema schema, JsonNode? value, string path, ValidationResult result)
    {
        if (schema.Enum is not { Count: > 0 } allowed || (value is not null && allowed.Any(item => JsonNode.DeepEquals(item, value))))
            return;
        result.Add(FieldError.NotSupported(path, value.ToText(), allowed.Select(item => item is JsonValue v && v.TryGetValue<string>(out var s) ? s : item.ToText())));
    }

    private static void Fields(Schema schema, JsonObject obj, Correlation correlation, string path, ValidationResult result)
    {
        if (schema.MinProperties is { } least && obj.Count < least)
            result.Add(FieldError.Invalid(path, obj.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {least} properties"));
        if (schema.MaxProperties is { } most && obj.Count > most)
            result.Add(FieldError.TooMany(path, obj.Count, most));
        if (schema.AdditionalValues is { } additional)
        {
            foreach (var (name, child) in obj)
            {
                if (!schema.Properties.ContainsKey(name))
                    Validate(additional, child, correlation.Key(name), Join(path, name), result);
            }
        }

        foreach (var (name, property) in schema.Properties)
        {
            if (obj.TryGetPropertyValue(name, out var child))
                Validate(property, child, correlation.Key(name), Join(path, name), result);
        }

        foreach (var name in schema.Required)
        {
            if (!obj.ContainsKey(name))
                result.Add(FieldError.Required(Join(path, name)));
        }
    }

    private static void Items(Schema schema, JsonArray list, Correlation correlation, string path, ValidationResult result)
    {
        if (schema.Items is { } items)
        {
            var old = correlation.OldItems();
            for (var i = 0; i < list.Count; i++)
                Validate(items, list[i], correlation.Item(old, list[i]), $"{path}[{i}]", result);
        }

        if (schema.MinItems is { } least && list.Count < least)
            result.Add(FieldError.Invalid(path, list.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {least} items"));
        if (schema.MaxItems is { } most && list.Count > most)
            result.Add(FieldError.TooMany(path, list.Count, most));
    }

    /// <summary>Of length and pattern, only the first thing wrong is told; the format is looked at for itself.</summary>
    private static void Text(Schema schema, string text, string path, ValidationResult result)
    {
        if (schema.MaxLength is { } most && text.Length > most && Runes(text) > most)
            result.Add(FieldError.TooLong(path, most));
        else if (schema.MinLength is { } least && Runes(text) < least)
            result.Add(FieldError.Invalid(path, GoText.Quote(text), $"{path} in body should be at least {least} chars long"));
        else if (schema.Pattern is { } pattern && !Re2.IsMatch(pattern, text))
            result.Add(FieldError.Invalid(path, GoText.Quote(text), $"{path} in body should match '{schema.PatternText}'"));
        if (schema.CheckedFormat is { } format && !Formats.IsValid(format, text))
            result.Add(FieldError.TypeInvalid(path, path, schema.Format!, text));
    }

    private static int Runes(string text) => text.EnumerateRunes().Count();

    private static void Number(Schema schema, JsonNode value, string path, ValidationResult result)
    {
        var number = value.Real() ?? double.NaN;
        var text = value.ToText();
        if (schema is { Type: "integer", CheckedFormat: "int32" } && (number > int.MaxValue || number < int.MinValue))
            result.Add(FieldError.InvalidText("<nil>", "", $"Checked value must be of type {schema.Type} with format int32 in {path}"));
        else if (schema is { Type: "number", CheckedFormat: "float" } && !float.IsFinite((float)number))
            result.Add(FieldError.InvalidText("<nil>", "", $"Checked value must be of type {schema.Type} with format float in {path}"));
        if (schema.MultipleOf is { } factor && !IsMultiple(number, factor))
            result.Add(FieldError.Invalid(path, text, $"{path} in body should be a multiple of {Plain(factor)}"));
        if (schema.Minimum is { } least && (schema.ExclusiveMinimum ? number <= least : number < least))
            result.Add(FieldError.Invalid(path, text, $"{path} in body should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Plain(least)}"));
        if (schema.Maximum is { } most && (schema.ExclusiveMaximum ? number >= most : number > most))
            result.Add(FieldError.Invalid(path, text, $"{path} in body should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Plain(most)}"));
    }

    private static bool IsMultiple(double number, double factor)
    {
        var times = factor < 1 ? 1 / factor * number : number / factor;
        return Math.Abs(times - Math.Round(times)) <= 1e-9 * Math.Max(1, Math.Abs(times));
    }

    private static bool HasType(Schema schema, JsonNode value, JsonValueKind kind)
    {
        if (schema.IntOrString)
            return kind == JsonValueKind.String || (kind == JsonValueKind.Number && IsWhole(value));

        // A format makes the type of texts and lists a matter of the format.
        if (schema.CheckedFormat is not null && schema.Type is not ("number" or "integer") && kind is JsonValueKind.String or JsonValueKind.Array)
            return true;
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

    private static string? TypeName(Schema schema) => schema.IntOrString ? "integer,string" : schema.Type;

    private static string TypeOf(JsonNode value, JsonValueKind kind) => kind switch
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
