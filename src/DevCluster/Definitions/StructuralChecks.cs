using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// Whether a schema is structural: the type of every value is known without looking at the value (KEP-1498; apiextensions,
/// <c>apiserver/schema/validation.go</c> and <c>complete.go</c>).
/// </summary>
internal sealed class StructuralChecks
{
    private static readonly string[] Unsupported = ["id", "$schema", "$ref", "patternProperties", "dependencies", "additionalItems", "definitions"];
    private static readonly JsonNode IntOrString = JsonNode.Parse("""[{"type":"integer"},{"type":"string"}]""")!;

    /// <summary>What must not stand in a junctor, and what is said of it.</summary>
    private static readonly (string Field, string Detail)[] NotNested =
    [
        ("type", "must be empty to be structural"),
        ("default", "must be undefined to be structural"),
        ("title", "must be empty to be structural"),
        ("description", "must be empty to be structural"),
        ("nullable", "must be false to be structural"),
        ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
        ("x-kubernetes-embedded-resource", "must be false to be structural"),
        ("x-kubernetes-int-or-string", "must be false to be structural"),
        ("x-kubernetes-list-map-keys", "must be empty to be structural"),
        ("x-kubernetes-list-type", "must be undefined to be structural"),
        ("x-kubernetes-map-type", "must be undefined to be structural"),
        ("x-kubernetes-validations", "must be empty to be structural"),
    ];

    private readonly List<FieldError> _errors = [];

    private enum Level
    {
        Root,
        Item,
        Field,
    }

    /// <summary>Whether a schema has nothing that a structural one cannot even say.</summary>
    public static bool IsExpressible(JsonObject schema) => !SchemaWalk.Any(schema, static part =>
        Unsupported.Any(part.ContainsKey) || part["items"] is JsonArray || (part["x-kubernetes-preserve-unknown-fields"] is not null && !part.Flag("x-kubernetes-preserve-unknown-fields")));

    /// <summary>What keeps a schema from being structural, sorted.</summary>
    public static IReadOnlyList<FieldError> Validate(JsonObject schema, string path)
    {
        var checks = new StructuralChecks();
        checks.Invariants(schema, Level.Root, path);
        checks.Complete(schema, schema, path, path);
        checks._errors.Sort((a, b) => string.CompareOrdinal($"{a.Field}: {a.Message}", $"{b.Field}: {b.Message}"));
        return checks._errors;
    }

    private void Invariants(JsonObject schema, Level level, string path)
    {
        var type = schema.Text("type") ?? "";
        if (type == "array" && schema["items"] is null)
            _errors.Add(FieldError.Required($"{path}.items", "must be specified"));
        if (schema["items"] is JsonObject items)
            Invariants(items, Level.Item, $"{path}.items");
        foreach (var (name, property) in SchemaWalk.Map(schema, "properties"))
            Invariants(property, Level.Field, $"{path}.properties[{name}]");
        if (schema["additionalProperties"] is not null && level == Level.Root)
            _errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "must not be used at the root"));
        if (schema["additionalProperties"] is JsonObject additional)
            Invariants(additional, Level.Field, $"{path}.additionalProperties");
        Extensions(schema, type, level, path);
        Values(schema, JsonNode.DeepEquals(schema["anyOf"], IntOrString), JsonNode.DeepEquals(FirstOf(schema, "allOf")?["anyOf"], IntOrString), path);
        Metadata(schema, level, path);
    }

    private void Extensions(JsonObject schema, string type, Level level, string path)
    {
        var (keepsUnknown, isEmbedded, isIntOrString) = (schema.Flag("x-kubernetes-preserve-unknown-fields"), schema.Flag("x-kubernetes-embedded-resource"), schema.Flag("x-kubernetes-int-or-string"));
        if (isIntOrString && keepsUnknown)
            _errors.Add(FieldError.Invalid($"{path}.x-kubernetes-preserve-unknown-fields", "true", "must be false if x-kubernetes-int-or-string is true"));
        if (isIntOrString && isEmbedded)
            _errors.Add(FieldError.Invalid($"{path}.x-kubernetes-embedded-resource", "true", "must be false if x-kubernetes-int-or-string is true"));
        if (isEmbedded && type.Length == 0)
            _errors.Add(FieldError.Required($"{path}.type", "must be object if x-kubernetes-embedded-resource is true"));
        else if (isEmbedded && type != "object")
            _errors.Add(FieldError.InvalidText($"{path}.type", type, "must be object if x-kubernetes-embedded-resource is true"));
        else if (type.Length == 0 && !isIntOrString && !keepsUnknown)
            _errors.Add(FieldError.Required($"{path}.type", level switch { Level.Root => "must not be empty at the root", Level.Item => "must not be empty for specified array items", _ => "must not be empty for specified object fields" }));
        if (isEmbedded && schema["additionalProperties"] is not null)
            _errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "must not be used if x-kubernetes-embedded-resource is set"));
        if (level == Level.Root && type.Length > 0 && type != "object")
            _errors.Add(FieldError.InvalidText($"{path}.type", type, "must be object at the root"));
        if (isEmbedded && !keepsUnknown && schema.Object("properties") is not { Count: > 0 })
            _errors.Add(FieldError.Required($"{path}.properties", "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"));
    }

    /// <summary>Of a whole object, kind and apiVersion are strings, and metadata can only restrict names.</summary>
    private void Metadata(JsonObject schema, Level level, string path)
    {
        if (level != Level.Root && !schema.Flag("x-kubernetes-embedded-resource"))
            return;
        foreach (var (name, type) in new[] { ("kind", "string"), ("apiVersion", "string"), ("metadata", "object") })
        {
            if (schema.Object("properties")?[name] is JsonObject field && field.Text("type") != type)
                _errors.Add(FieldError.InvalidText($"{path}.properties[{name}].type", field.Text("type") ?? "", $"must be {type}"));
        }

        if (level == Level.Root && schema.Object("properties")?["metadata"] is JsonObject metadata && !RestrictsNamesOnly(metadata))
            _errors.Add(FieldError.Forbidden($"{path}.properties[metadata]", "must not specify anything other than name and generateName, but metadata is implicitly specified"));
    }

    private static bool RestrictsNamesOnly(JsonObject metadata) =>
        metadata.All(pair => pair.Key is "type" or "default" || (pair.Key == "properties" && ((JsonObject)pair.Value!).All(property => property.Key is "name" or "generateName")));

    /// <summary>Checks the junctors and the pattern of a schema.</summary>
    private void Values(JsonObject schema, bool skipsAnyOf, bool skipsFirstAllOf, string path)
    {
        foreach (var (index, part) in skipsAnyOf ? [] : SchemaWalk.List(schema, "anyOf"))
            Nested(part, false, $"{path}.anyOf[{index}]");
        foreach (var (index, part) in SchemaWalk.List(schema, "allOf"))
            Nested(part, skipsFirstAllOf && index == 0, $"{path}.allOf[{index}]");
        foreach (var (index, part) in SchemaWalk.List(schema, "oneOf"))
            Nested(part, false, $"{path}.oneOf[{index}]");
        if (schema["not"] is JsonObject not)
            Nested(not, false, $"{path}.not");
        if (schema.Text("pattern") is not { Length: > 0 } pattern)
            return;
        try
        {
            Re2.Compile(pattern);
        }
        catch (FormatException e)
        {
            _errors.Add(FieldError.Invalid($"{path}.pattern", GoText.Quote(pattern), $"must be a valid regular expression, but isn't: {e.Message}"));
        }
    }

    private void Nested(JsonObject schema, bool skipsAnyOf, string path)
    {
        Values(schema, skipsAnyOf, false, path);
        if (schema["items"] is JsonObject items)
            Nested(items, false, $"{path}.items");
        foreach (var (name, property) in SchemaWalk.Map(schema, "properties"))
            Nested(property, false, $"{path}.properties[{name}]");
        foreach (var (field, detail) in NotNested.Where(rule => schema[rule.Field] is not null))
            _errors.Add(FieldError.Forbidden($"{path}.{field}", detail));
        if (schema["additionalProperties"] is { } additional && (additional is JsonObject || schema.Flag("additionalProperties")))
            _errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "must be undefined to be structural"));
        if (schema.Object("properties")?["metadata"] is not null)
            _errors.Add(FieldError.Forbidden($"{path}.properties[metadata]", "must not be specified in a nested context"));
    }

    /// <summary>Every field that the junctors of the root speak of must be defined outside of them; those below are not looked at.</summary>
    private void Complete(JsonObject values, JsonObject? schema, string path, string at)
    {
        if (schema is null)
        {
            _errors.Add(FieldError.Required(path, $"because it is defined in {at}"));
            return;
        }

        if (values["not"] is JsonObject not)
            CompleteNested(not, schema, path, $"{at}.not");
        foreach (var junctor in new[] { "allOf", "anyOf", "oneOf" })
        {
            foreach (var (index, part) in SchemaWalk.List(values, junctor))
                CompleteNested(part, schema, path, $"{at}.{junctor}[{index}]");
        }
    }

    private void CompleteNested(JsonObject values, JsonObject? schema, string path, string at)
    {
        Complete(values, schema, path, at);
        if (schema is null)
            return;
        if (values["items"] is JsonObject items)
            CompleteNested(items, schema["items"] as JsonObject, $"{path}.items", $"{at}.items");
        foreach (var (name, property) in SchemaWalk.Map(values, "properties"))
            CompleteNested(property, schema.Object("properties")?[name] as JsonObject, $"{path}.properties[{name}]", $"{at}.properties[{name}]");
    }

    private static JsonObject? FirstOf(JsonObject schema, string junctor) => schema.List(junctor) is { Count: > 0 } list ? list[0] as JsonObject : null;
}
