using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>Checks the rules (<c>x-kubernetes-validations</c>) of a schema.</summary>
internal static class RuleValidation
{
    public static void Validate(Schema schema, JsonNode? value, JsonNode? old, string path, List<FieldError> errors)
    {
        if (!schema.HasRules || value is null)
            return;
        foreach (var rule in schema.Rules)
        {
            if (rule.IsTransition && old is null && !rule.OptionalOldSelf)
                continue;
            Check(rule, schema, value, old, path, errors);
        }

        if (value is JsonObject obj)
        {
            foreach (var (name, property) in schema.Properties)
                Validate(property, obj[name], (old as JsonObject)?[name], path.Length == 0 ? name : $"{path}.{name}", errors);
            if (schema.AdditionalProperties is { } additional)
            {
                foreach (var (name, child) in obj.Where(pair => !schema.Properties.ContainsKey(pair.Key)))
                    Validate(additional, child, (old as JsonObject)?[name], $"{path}[{name}]", errors);
            }
        }
        else if (value is JsonArray list && schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Validate(items, list[i], Before(schema, list[i], old as JsonArray), $"{path}[{i}]", errors);
        }
    }

    /// <summary>The old form of an item: only items of keyed lists can be told from one another over time.</summary>
    private static JsonNode? Before(Schema schema, JsonNode? item, JsonArray? old) =>
        schema.ListType == "map" && old is not null && item is JsonObject now
            ? old.FirstOrDefault(other => schema.ListMapKeys.All(key => JsonNode.DeepEquals((other as JsonObject)?[key], now[key])))
            : null;

    private static void Check(ValidationRule rule, Schema schema, JsonNode value, JsonNode? old, string path, List<FieldError> errors)
    {
        if (rule.Fault is { } fault)
        {
            errors.Add(FieldError.InvalidText(FieldOf(path), TypeOf(value), $"rule compile error: {fault}"));
            return;
        }

        var variables = Variables(rule, schema, value, old);
        try
        {
            if (CelEvaluator.Evaluate(rule.Expression!, variables) is not bool holds)
                throw new CelException("the rule is neither true nor false");
            if (!holds)
                errors.Add(Failure(rule, value, variables, path));
        }
        catch (CelException e)
        {
            errors.Add(FieldError.InvalidText(FieldOf(path), TypeOf(value), $"{e.Message} evaluating rule: {rule.ShortRule}"));
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
}
