namespace OrleansOperator.Schema;

/// <summary>What a string must match somewhere: <c>pattern</c>. Anchor it with ^ and $ to match the whole.</summary>
/// <param name="expression">A regular expression in the syntax of RE2.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class PatternAttribute(string expression) : SchemaAttribute
{
    /// <summary>A regular expression in the syntax of RE2.</summary>
    public string Expression { get; } = expression;
}
