using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>One entry of <c>x-kubernetes-validations</c>.</summary>
/// <param name="Rule">The expression as written.</param>
/// <param name="Expression">The expression, compiled.</param>
/// <param name="Message">What is said when it is false.</param>
internal sealed record ValidationRule(string Rule, CelExpression Expression, string Message)
{
    /// <exception cref="SchemaException">The expression uses what is not supported here.</exception>
    public static ValidationRule Parse(JsonObject json)
    {
        var rule = json.Text("rule") ?? "";
        try
        {
            return new ValidationRule(rule, CelParser.Parse(rule), json.Text("message") ?? $"failed rule: {rule}");
        }
        catch (CelException e)
        {
            throw new SchemaException($"the rule '{rule}' cannot be used: {e.Message}");
        }
    }

    /// <summary>Whether it needs the old value, and so does not hold on creation.</summary>
    public bool IsTransition { get; } = Expression.Mentions("oldSelf");
}
