using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What the rules of a schema (<c>x-kubernetes-validations</c>) may be.</summary>
internal static class RuleChecks
{
    private const string Rules = "x-kubernetes-validations";

    private static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

    /// <summary>Adds what is wrong with rules before their expressions are looked at.</summary>
    public static void Form(JsonObject schema, string path, List<FieldError> errors)
    {
        foreach (var (index, rule) in SchemaWalk.List(schema, Rules))
            Form(rule, schema, $"{path}.{Rules}[{index}]", errors);
    }

    /// <summary>Adds what is wrong with the expressions of rules.</summary>
    /// <param name="site">The schema that the rules stand in.</param>
    /// <param name="path">Its path.</param>
    /// <param name="uncorrelatable">The schema within which there are no old values, or null.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static void Validate(RuleSite site, string path, string? uncorrelatable, List<FieldError> errors)
    {
        foreach (var (index, rule) in site.Schema.Rules.Index())
        {
            var at = $"{path}.{Rules}[{index}]";
            if (rule.Source.Text("rule") is not { Length: > 0 })
                continue;
            site.Costs.Add($"{at}.rule", "rule", CelSize.Product(rule.Cost.Rule, site.Occurrences ?? rule.Occurrences), errors);
            if (rule.Fault is { } fault)
                errors.Add(FieldError.Invalid($"{at}.rule", rule.Source.ToText(), fault));
            else if (rule.MessageFault is { } messageFault)
                errors.Add(FieldError.Invalid($"{at}.messageExpression", rule.Source.ToText(), messageFault));
            else if (rule.MessageExpression is not null)
                site.Costs.Add($"{at}.messageExpression", "messageExpression", rule.Cost.Message, errors);
            var isTransition = rule.Fault is null && rule.IsTransition;
            if (isTransition && uncorrelatable is not null)
                errors.Add(FieldError.InvalidText($"{at}.rule", rule.Rule, $"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelatable}"));
            else if (!isTransition && rule.Source["optionalOldSelf"] is { } optional)
                errors.Add(FieldError.Invalid($"{at}.optionalOldSelf", optional.ToText(), "may not be set if oldSelf is not used in rule"));
        }
    }

    private static void Form(JsonObject rule, JsonObject schema, string path, List<FieldError> errors)
    {
        var (text, message) = (rule.Text("rule") ?? "", rule.Text("message") ?? "");
        if (text.Trim().Length == 0)
            errors.Add(FieldError.Required($"{path}.rule", "rule is not specified"));
        else if (message.Length > 0 && message.Trim().Length == 0)
            errors.Add(FieldError.Invalid($"{path}.message", GoText.Quote(message), "must be non-empty if specified"));
        else if (HasLines(message.Trim()))
            errors.Add(FieldError.Invalid($"{path}.message", GoText.Quote(message), "must not contain line breaks"));
        else if (HasLines(text.Trim()) && message.Trim().Length == 0)
            errors.Add(FieldError.Required($"{path}.message", "message must be specified if rule contains line breaks"));
        if (rule.Text("messageExpression") is { Length: > 0 } expression && expression.Trim().Length == 0)
            errors.Add(FieldError.Required($"{path}.messageExpression", "messageExpression must be non-empty if specified"));
        if (rule.Text("reason") is { } reason && !Reasons.Contains(reason))
            errors.Add(FieldError.NotSupported($"{path}.reason", $"\"{reason}\"", Reasons));
        if (rule.Text("fieldPath") is not { Length: > 0 } field)
            return;
        if (field.Trim().Length == 0)
            errors.Add(FieldError.Invalid($"{path}.fieldPath", GoText.Quote(field), "must be non-empty if specified"));
        if (HasLines(field))
            errors.Add(FieldError.Invalid($"{path}.fieldPath", GoText.Quote(field), "must not contain line breaks"));
        if (StructuralChecks.IsExpressible(schema) && SchemaPath.Find(field, schema, allowsBrackets: true, out _) is not null)
            errors.Add(FieldError.Invalid($"{path}.fieldPath", GoText.Quote(field), "must be a valid path"));
    }

    private static bool HasLines(string text) => text.AsSpan().ContainsAny('\n', '\r');
}
