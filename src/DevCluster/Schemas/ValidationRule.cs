using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>One entry of <c>x-kubernetes-validations</c>.</summary>
internal sealed class ValidationRule
{
    private ValidationRule(JsonObject source)
    {
        Source = source;
        Rule = source.Text("rule") ?? "";
        (Expression, Fault) = Compiled(Rule);
        if (source.Text("messageExpression") is { Length: > 0 } message)
            (MessageExpression, MessageFault) = Compiled(message);
        IsTransition = Expression?.Mentions("oldSelf") == true;
    }

    /// <summary>The entry as it is written.</summary>
    public JsonObject Source { get; }

    /// <summary>The expression as written.</summary>
    public string Rule { get; }

    /// <summary>The rule as errors repeat it.</summary>
    public string ShortRule => Rule.Trim();

    /// <summary>The expression, compiled; null when it cannot be.</summary>
    public CelExpression? Expression { get; }

    /// <summary>What is wrong with the expression, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Makes a message of the value, or null.</summary>
    public CelExpression? MessageExpression { get; }

    /// <summary>What is wrong with the message expression, or null.</summary>
    public string? MessageFault { get; private set; }

    /// <summary>What is said when the rule is false.</summary>
    public string Message => Source.Text("message") is { Length: > 0 } text ? text : $"failed rule: {ShortRule}";

    /// <summary>The reason of the Status cause.</summary>
    public string Reason => Source.Text("reason") ?? "FieldValueInvalid";

    /// <summary>The field that is named when the rule is false, below the one it stands at; or empty.</summary>
    public string FieldPath => Source.Text("fieldPath") ?? "";

    /// <summary>Whether <c>oldSelf</c> is an optional value, and the rule holds on creation, too.</summary>
    public bool OptionalOldSelf => Source.Flag("optionalOldSelf");

    /// <summary>Whether it needs the old value.</summary>
    public bool IsTransition { get; }

    public static ValidationRule Parse(JsonObject json) => new(json);

    /// <summary>Finds what is wrong with the rule in the schema that it stands in.</summary>
    public void Check(Schema schema)
    {
        Fault ??= FaultOf(Expression!, schema);
        if (MessageExpression is not null)
            MessageFault ??= FaultOf(MessageExpression, schema);
    }

    private static string? FaultOf(CelExpression expression, Schema schema)
    {
        try
        {
            CelChecker.Check(expression, schema);
            return null;
        }
        catch (CelException e)
        {
            return e.Message;
        }
    }

    private static (CelExpression? Expression, string? Fault) Compiled(string text)
    {
        try
        {
            return (CelParser.Parse(text), null);
        }
        catch (CelException e)
        {
            return (null, e.Message);
        }
    }
}
