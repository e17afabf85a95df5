namespace OrleansOperator.Schema;

/// <summary>A rule in CEL that the API server holds values to: <c>x-kubernetes-validations</c>.</summary>
/// <param name="rule">The expression: <c>self</c> is the value; with <c>oldSelf</c>, the value before an update, it is a transition rule.</param>
[AttributeUsage(TargetsWithTypes, AllowMultiple = true)]
public sealed class ValidationRuleAttribute(string rule) : SchemaAttribute
{
    /// <summary>The expression.</summary>
    public string Rule { get; } = rule;

    /// <summary>What the API server says when it does not hold; required if the rule has line breaks.</summary>
    public string? Message { get; init; }

    /// <summary>An expression for the message, which takes precedence over <see cref="Message"/>.</summary>
    public string? MessageExpression { get; init; }

    /// <summary>FieldValueInvalid, FieldValueForbidden, FieldValueRequired or FieldValueDuplicate; by default the first.</summary>
    public string? Reason { get; init; }

    /// <summary>The field that the error names, relative to the value, such as <c>.replicas</c>.</summary>
    public string? FieldPath { get; init; }

    /// <summary>Whether a transition rule is evaluated on creation too; <c>oldSelf</c> is then an optional.</summary>
    public bool OptionalOldSelf { get; init; }
}
