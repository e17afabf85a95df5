using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// What the schema of a custom resource may be (apiextensions, <c>validation.validateCustomResourceDefinitionValidation</c> and
/// <c>ValidateCustomResourceDefinitionOpenAPISchema</c>).
/// </summary>
internal sealed class SchemaChecks
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] ObjectFields = ["metadata", "kind", "apiVersion"];

    /// <summary>With the status as a subresource, the root says nothing that the schema of the status alone would not know.</summary>
    private static readonly string[] AtRoot =
    [
        "description", "format", "title", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems",
        "minItems", "uniqueItems", "multipleOf", "required", "items", "properties", "externalDocs", "example", "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-validations",
    ];

    private static readonly (string Field, string Detail)[] Unsupported =
    [
        ("id", "id is not supported"),
        ("additionalItems", "additionalItems is not supported"),
        ("patternProperties", "patternProperties is not supported"),
        ("definitions", "definitions is not supported"),
        ("dependencies", "dependencies is not supported"),
        ("$ref", "$ref is not supported"),
    ];

    private readonly List<FieldError> _errors = [];
    private readonly List<FieldError> _ruleErrors = [];

    /// <summary>Adds all that is wrong with a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="hasStatus">Whether the status is a subresource.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static void Validate(JsonObject schema, string path, bool hasStatus, List<FieldError> errors)
    {
        var before = errors.Count;
        if (hasStatus)
            Root(schema, path, errors);
        if (schema.Flag("nullable"))
            errors.Add(FieldError.Forbidden($"{path}.nullable", "nullable cannot be true at the root"));
        Schema? parsed = null;
        var isExpressible = StructuralChecks.IsExpressible(schema);
        if (isExpressible)
        {
            var structural = StructuralChecks.Validate(schema, path);
            errors.AddRange(structural);
            parsed = structural.Count == 0 ? Schema.Parse(schema) : null;
            parsed?.CheckRules();
            var defaults = parsed is null ? [] : DefaultChecks.Validate(parsed, path);
            errors.AddRange(defaults);
            parsed = defaults.Count == 0 ? parsed : null;
        }

        var checks = new SchemaChecks();
        var costs = new RuleCosts();
        checks.Check(schema, path, new Site(IsRoot: true), parsed is null ? null : new RuleSite(parsed, 1, costs));
        errors.AddRange(checks._errors);
        errors.AddRange(checks._ruleErrors);
        if (!isExpressible && errors.Count == before)
            errors.Add(FieldError.InvalidText(path, "", "OpenAPIV3Schema 'schema' is not supported"));
        costs.Validate(path, errors);
    }

    /// <summary>Whether a schema gives defaults.</summary>
    public static bool HasDefaults(JsonNode? schema) => SchemaWalk.Any(schema, static part => part["default"] is not null);

    private static void Root(JsonObject schema, string path, List<FieldError> errors)
    {
        foreach (var (field, _) in schema)
        {
            if (field == "type")
            {
                if (schema.Text("type") == "object")
                    continue;
                errors.Add(FieldError.InvalidText($"{path}.type", schema.Text("type") ?? "", "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled"));
                return;
            }

            if (AtRoot.Contains(field))
                continue;
            errors.Add(FieldError.Invalid(path, schema.ToText(), $"only [{string.Join(' ', AtRoot.Prepend("type"))}] fields are allowed at the root of the schema if the status subresource is enabled"));
            return;
        }
    }

    private void Check(JsonObject schema, string path, Site site, RuleSite? rules)
    {
        var before = _errors.Count;
        Fields(schema, path, site);
        Additional(schema, path, site, rules);
        Properties(schema, path, site, rules);
        Junctors(schema, path, site);
        Items(schema, path, site, rules);
        if (schema["x-kubernetes-preserve-unknown-fields"] is not null && !schema.Flag("x-kubernetes-preserve-unknown-fields"))
            _errors.Add(FieldError.Invalid($"{path}.x-kubernetes-preserve-unknown-fields", "false", "must be true or undefined"));
        ListChecks.Validate(schema, path, _errors);
        RuleChecks.Form(schema, path, _errors);

        // What is wrong with the schema is to be mended before types can be told.
        if (_errors.Count == before && rules is not null)
            RuleChecks.Validate(rules, path, site.Uncorrelatable, _ruleErrors);
    }

    private void Fields(JsonObject schema, string path, Site site)
    {
        if (schema.Text("type") is { Length: > 0 } type && !Types.Contains(type))
            _errors.Add(FieldError.NotSupported($"{path}.type", $"\"{type}\"", Types));
        if (schema["default"] is not null && site.NoDefaults is { } reason)
            _errors.Add(FieldError.Forbidden($"{path}.default", $"must not be set {reason}"));
        foreach (var (field, detail) in Unsupported.Where(rule => schema[rule.Field] is not null))
            _errors.Add(FieldError.Forbidden($"{path}.{field}", detail));
        if (schema.Text("type") == "null")
            _errors.Add(FieldError.Forbidden($"{path}.type", "type cannot be set to null, use nullable as an alternative"));
        if (schema["items"] is JsonArray { Count: > 0 })
            _errors.Add(FieldError.Forbidden($"{path}.items", "items must be a schema object and not an array"));
        if (site.IsMetadata && schema.Flag("x-kubernetes-embedded-resource"))
            _errors.Add(FieldError.Forbidden($"{path}.x-kubernetes-embedded-resource", "must not be used inside of resource meta"));
        if (schema.Flag("uniqueItems"))
            _errors.Add(FieldError.Forbidden($"{path}.uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
    }

    private void Additional(JsonObject schema, string path, Site site, RuleSite? rules)
    {
        if (schema["additionalProperties"] is not { } additional)
            return;
        if (schema.Object("properties") is { Count: > 0 } && !schema.Flag("additionalProperties"))
            _errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive"));
        if (additional is JsonObject values)
            Check(values, $"{path}.additionalProperties", (site.IsMetadata ? site with { NoDefaults = "inside additionalProperties applying to object metadata" } : site) with { IsRoot = false }, rules?.OfValues());
    }

    private void Properties(JsonObject schema, string path, Site site, RuleSite? rules)
    {
        foreach (var (name, property) in SchemaWalk.Map(schema, "properties"))
        {
            var below = site with { IsRoot = false };
            if (schema.Text("x-kubernetes-map-type") is not (null or "granular"))
                below = below.WithoutOldValues(path);
            if ((site.IsRoot || schema.Flag("x-kubernetes-embedded-resource")) && ObjectFields.Contains(name))
                below = below with { IsMetadata = true, NoDefaults = site.IsRoot ? $"in top-level {name}" : below.NoDefaults };
            Check(property, $"{path}.properties[{name}]", below, rules?.OfProperty(name));
        }
    }

    private void Junctors(JsonObject schema, string path, Site site)
    {
        var below = site with { IsRoot = false };
        if (schema["not"] is JsonObject not)
            Check(not, $"{path}.not", below, null);
        foreach (var junctor in new[] { "allOf", "oneOf", "anyOf" })
        {
            foreach (var (index, part) in SchemaWalk.List(schema, junctor))
                Check(part, $"{path}.{junctor}[{index}]", below, null);
        }

        foreach (var field in new[] { "definitions", "dependencies" })
        {
            foreach (var (name, part) in SchemaWalk.Map(schema, field))
                Check(part, $"{path}.{field}[{name}]", below, null);
        }
    }

    private void Items(JsonObject schema, string path, Site site, RuleSite? rules)
    {
        // Only the items of keyed lists can be told from one another over time.
        var below = (schema.Text("x-kubernetes-list-type") == "map" ? site : site.WithoutOldValues(path)) with { IsRoot = false };
        if (schema["items"] is JsonObject items)
            Check(items, $"{path}.items", below, rules?.OfItems());
        foreach (var (index, part) in SchemaWalk.List(schema, "items"))
            Check(part, $"{path}.items[{index}]", below, null);
    }

    /// <summary>What holds where a schema stands.</summary>
    /// <param name="IsRoot">It is the schema of the whole object.</param>
    /// <param name="IsMetadata">It is within the metadata, kind or apiVersion of an object.</param>
    /// <param name="NoDefaults">Why defaults are not allowed; null where they are.</param>
    /// <param name="Uncorrelatable">The outermost schema whose parts have no old values; null when there is none.</param>
    private readonly record struct Site(bool IsRoot = false, bool IsMetadata = false, string? NoDefaults = null, string? Uncorrelatable = null)
    {
        public Site WithoutOldValues(string path) => this with { Uncorrelatable = Uncorrelatable ?? path };
    }
}
