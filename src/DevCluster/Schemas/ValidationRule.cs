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
        (Expression, Fault) = Compiled(Rule, "compilation failed: ");
        if (source.Text("messageExpression") is { Length: > 0 } message)
            (MessageExpression, MessageFault) = Compiled(message, "messageExpression compilation failed: ");
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

    /// <summary>What the rule costs to evaluate at most, and its message; known when it is checked.</summary>
    public (ulong Rule, ulong Message) Cost { get; private set; }

    /// <summary>How often the value that it is about can occur in an object, where the schema sets no limit.</summary>
    public ulong Occurrences { get; private set; } = 1;

    /// <summary>Finds what is wrong with the rule for values of a type, and what it costs.</summary>
    public void Check(CelDecl self)
    {
        Occurrences = (ulong)(CelSchemaTypes.MaxRequest / (self.MinSize + 1));
        if (Fault is not null)
            return;
        (Fault, var cost) = Checked(Expression!, self, CelKind.Bool, "cel expression must evaluate to a bool", "compilation failed: ");
        Cost = (cost, 0);
        if (MessageExpression is null || Fault is not null || MessageFault is not null)
            return;
        (MessageFault, var message) = Checked(MessageExpression, self, CelKind.String, "messageExpression must evaluate to a string", "messageExpression compilation failed: ");
        Cost = (cost, message);
    }

    private (string? Fault, ulong Cost) Checked(CelExpression expression, CelDecl self, CelKind kind, string otherwise, string prefix)
    {
        try
        {
            var result = CelChecker.Check(expression, self, OptionalOldSelf);
            return (result.Type.Kind == kind || result.Type.Kind == CelKind.Dynamic ? null : otherwise, result.Cost);
        }
        catch (CelException e)
        {
            return ($"{prefix}ERROR: <input>: {e.Message}", 0);
        }
    }

    private static (CelExpression? Expression, string? Fault) Compiled(string text, string prefix)
    {
        try
        {
            return (CelParser.Parse(text), null);
        }
        catch (CelException e)
        {
            return (null, $"{prefix}ERROR: <input>: {e.Message}");
        }
    }
}
