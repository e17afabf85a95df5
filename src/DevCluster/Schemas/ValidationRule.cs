using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>One entry of <c>x-kubernetes-validations</c>.</summary>
/// <param name="Rule">The expression as written.</param>
/// <param name="Expression">The expression, compiled.</param>
/// <param name="Message">What is said when it is false.</param>
/// <param name="MessageExpression">Makes a message of the value, or null.</param>
/// <param name="Reason">The reason of the Status cause.</param>
/// <param name="FieldPath">The field that is named when it is false, below the one the rule stands at; or empty.</param>
/// <param name="OptionalOldSelf">Whether <c>oldSelf</c> is an optional value, and the rule holds on creation, too.</param>
internal sealed record ValidationRule(
    string Rule, CelExpression Expression, string Message, CelExpression? MessageExpression, string Reason, string FieldPath, bool OptionalOldSelf)
{
    private static readonly string[] Reasons = ["FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate"];

    /// <exception cref="SchemaException">The expression uses what is not supported here.</exception>
    public static ValidationRule Parse(JsonObject json)
    {
        var rule = json.Text("rule") ?? "";
        if (json.Text("reason") is { } reason && !Reasons.Contains(reason))
            throw new SchemaException($"the rule '{rule}' cannot be used: its reason '{reason}' is none of {string.Join(", ", Reasons)}");
        return new ValidationRule(
            rule, Compile(rule, rule), json.Text("message") is { Length: > 0 } text ? text : $"failed rule: {rule.Trim()}",
            json.Text("messageExpression") is { } message ? Compile(message, rule) : null,
            json.Text("reason") ?? Reasons[0], json.Text("fieldPath") ?? "", json.Flag("optionalOldSelf"));
    }

    /// <summary>Whether it needs the old value.</summary>
    public bool IsTransition { get; } = Expression.Mentions("oldSelf");

    /// <summary>The rule as errors repeat it.</summary>
    public string ShortRule => Rule.Trim();

    /// <exception cref="SchemaException">It uses what the schema does not have.</exception>
    public void Check(Schema schema)
    {
        try
        {
            CelChecker.Check(Expression, schema);
            if (MessageExpression is not null)
                CelChecker.Check(MessageExpression, schema);
        }
        catch (CelException e)
        {
            throw Unusable(Rule, e);
        }
    }

    private static CelExpression Compile(string text, string rule)
    {
        try
        {
            return CelParser.Parse(text);
        }
        catch (CelException e)
        {
            throw Unusable(rule, e);
        }
    }

    private static SchemaException Unusable(string rule, CelException e) => new($"the rule '{rule}' cannot be used: {e.Message}");
}
