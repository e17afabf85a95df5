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
            if (rule.IsTransition && old is null)
                continue;
            Check(rule, value, old, path, errors);
        }

        if (value is JsonObject obj)
        {
            foreach (var (name, property) in schema.Properties)
                Validate(property, obj[name], (old as JsonObject)?[name], path.Length == 0 ? name : $"{path}.{name}", errors);
            if (schema.AdditionalProperties is { } additional)
            {
                foreach (var (name, child) in obj.Where(pair => !schema.Properties.ContainsKey(pair.Key)))
                    Validate(additional, child, (old as JsonObject)?[name], $"{path}.{name}", errors);
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

    private static void Check(ValidationRule rule, JsonNode value, JsonNode? old, string path, List<FieldError> errors)
    {
        try
        {
            if (!CelEvaluator.IsTrue(rule.Expression, value, old))
                errors.Add(Error(rule, value, old, path));
        }
        catch (CelException e)
        {
            errors.Add(new FieldError("FieldValueInvalid", path, $"Invalid value: rule evaluation failed: {e.Message}: {rule.Rule}"));
        }
    }

    private static FieldError Error(ValidationRule rule, JsonNode value, JsonNode? old, string path)
    {
        var message = (rule.MessageExpression is { } made ? CelEvaluator.Text(made, value, old) : null) is { Length: > 0 } text ? text : rule.Message;
        var field = (path + rule.FieldPath).TrimStart('.');
        return rule.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(field, message),
            "FieldValueRequired" => FieldError.Required(field, message),
            "FieldValueDuplicate" => FieldError.Duplicate(field, message),
            _ => new FieldError(rule.Reason, field, "Invalid value: " + message),
        };
    }
}
