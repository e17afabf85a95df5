using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>Checks the rules (<c>x-kubernetes-validations</c>) of a schema.</summary>
internal static class RuleValidation
{
    /// <summary>Adds an error for each rule that does not hold.</summary>
    /// <param name="schema">The schema of the value.</param>
    /// <param name="value">The value.</param>
    /// <param name="old">What it was before, or null.</param>
    /// <param name="correlation">What it was before, where what did not change is let pass.</param>
    /// <param name="errors">Gets the errors.</param>
    public static void Validate(Schema schema, JsonNode? value, JsonNode? old, Correlation correlation, List<FieldError> errors) =>
        Validate(schema, value, old, new Site("", correlation, default), errors);

    private static void Validate(Schema schema, JsonNode? value, JsonNode? old, Site site, List<FieldError> errors)
    {
        if (!schema.HasRules || value is null)
            return;
        foreach (var rule in schema.Rules)
        {
            if (rule.IsTransition && old is null && !rule.OptionalOldSelf)
                continue;
            Check(rule, schema, value, old, site, errors);
        }

        if (value is JsonObject obj)
        {
            // The fields of an atomic map are not told from one another over time.
            var before = schema.MapType == "atomic" ? null : old as JsonObject;
            foreach (var (name, property) in schema.Properties)
                Validate(property, obj[name], before?[name], site.Key(name, site.Path.Length == 0 ? name : $"{site.Path}.{name}"), errors);
            if (schema.AdditionalValues is { } additional)
            {
                foreach (var (name, child) in obj.Where(pair => !schema.Properties.ContainsKey(pair.Key)))
                    Validate(additional, child, before?[name], site.Key(name, $"{site.Path}[{name}]"), errors);
            }
        }
        else if (value is JsonArray list && schema.Items is { } items)
        {
            var oldItems = schema.ListType == "map" && old is JsonArray oldList ? new KeyedItems(oldList, schema.ListMapKeys) : null;
            var unchanged = site.Current.OldItems();
            for (var i = 0; i < list.Count; i++)
                Validate(items, list[i], oldItems?.Find(list[i]), site.Item(unchanged, list[i], i), errors);
        }
    }

    private static void Check(ValidationRule rule, Schema schema, JsonNode value, JsonNode? old, Site site, List<FieldError> errors)
    {
        if (rule.Fault is { } fault)
        {
            errors.Add(FieldError.InvalidText(FieldOf(site.Path), TypeOf(value), $"rule compile error: {fault}"));
            return;
        }

        var variables = Variables(rule, schema, value, old);
        try
        {
            if (CelEvaluator.Evaluate(rule.Expression!, variables) is not bool holds)
                throw new CelException("the rule is neither true nor false");
            if (!holds && (rule.IsTransition || !site.IsUnchanged()))
                errors.Add(Failure(rule, value, variables, site.Path));
        }
        catch (CelException e)
        {
            errors.Add(FieldError.InvalidText(FieldOf(site.Path), TypeOf(value), $"{e.Message} evaluating rule: {rule.ShortRule}"));
        }
    }

    private static KeyValuePair<string, object?>[] Variables(ValidationRule rule, Schema schema, JsonNode value, JsonNode? old)
    {
        var before = CelValues.Of(old, schema);
        return
        [
            new("self", CelValues.Of(value, schema)),
            new("oldSelf", !rule.OptionalOldSelf ? before : old is null ? CelOptional.None : CelOptional.Of(before)),
        ];
    }

    private static FieldError Failure(ValidationRule rule, JsonNode value, KeyValuePair<string, object?>[] variables, string path)
    {
        var message = Message(rule, variables);
        var field = FieldOf(path + rule.FieldPath);

        // What a whole object or list was is too long to be repeated.
        var shown = value is JsonObject or JsonArray || rule.FieldPath.Length > 0 ? "" : $"{value.ToText()}: ";
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(field, message),
            "FieldValueRequired" => FieldError.Required(field, message),
            "FieldValueDuplicate" => new FieldError(rule.Reason, field, shown.Length > 0 ? $"Duplicate value: {shown[..^2]}" : "Duplicate value"),
            _ => new FieldError(rule.Reason, field, $"Invalid value: {shown}{message}"),
        };
    }

    private static string Message(ValidationRule rule, KeyValuePair<string, object?>[] variables)
    {
        try
        {
            // A message of several lines, or none, gives way to the rule's other one.
            return rule.MessageExpression is { } made && CelEvaluator.Evaluate(made, variables) is string text
                && text.Trim() is { Length: > 0 } trimmed && !trimmed.Contains('\n', StringComparison.Ordinal)
                    ? trimmed
                    : rule.Message;
        }
        catch (CelException)
        {
            return rule.Message;
        }
    }

    private static string FieldOf(string path) => path.TrimStart('.') is { Length: > 0 } field ? field : "<nil>";

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.Whole() is null ? "number" : "integer",
        _ => "boolean",
    };

    /// <summary>Where a value stands, and what is known of what was before.</summary>
    /// <param name="Path">The path of the value.</param>
    /// <param name="Current">What the value was; nothing where that cannot be told.</param>
    /// <param name="Nearest">What the nearest value above it was of which that can be told.</param>
    private readonly record struct Site(string Path, Correlation Current, Correlation Nearest)
    {
        public Site Key(string name, string path) => Current.Exists ? new Site(path, Current.Key(name), Current) : this with { Path = path };

        public Site Item(KeyedItems? old, JsonNode? item, int index)
        {
            var path = $"{Path}[{index}]";
            return Current.Exists ? new Site(path, Current.Item(old, item), Current) : this with { Path = path };
        }

        /// <summary>Whether the value is as it was, or stands in something that is.</summary>
        public bool IsUnchanged() => Current.Exists ? Current.IsUnchanged() : Nearest.IsUnchanged();
    }
}
