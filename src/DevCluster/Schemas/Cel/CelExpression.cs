namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>A node of a compiled expression of the Common Expression Language, the part of it that CRD rules mostly use.</summary>
internal abstract record CelExpression
{
    /// <summary>A constant.</summary>
    public sealed record Literal(object? Value) : CelExpression;

    /// <summary>A variable: <c>self</c>, <c>oldSelf</c> or one of a macro.</summary>
    public sealed record Variable(string Name) : CelExpression;

    /// <summary>A field of an object.</summary>
    public sealed record Field(CelExpression Target, string Name) : CelExpression;

    /// <summary>An item of a list or a value of a map.</summary>
    public sealed record Index(CelExpression Target, CelExpression Key) : CelExpression;

    /// <summary><c>has(a.b)</c>.</summary>
    public sealed record Has(Field Of) : CelExpression;

    /// <summary>A function or method; the target of a method is the first argument.</summary>
    public sealed record Call(string Function, IReadOnlyList<CelExpression> Arguments) : CelExpression;

    /// <summary><c>list.all(x, …)</c>, <c>exists</c>, <c>exists_one</c>, <c>map</c> or <c>filter</c>.</summary>
    /// <param name="Function">Which of them.</param>
    /// <param name="Target">The list, or the map whose keys are gone through.</param>
    /// <param name="Name">The variable.</param>
    /// <param name="Body">What is asked of each item, or made of it.</param>
    /// <param name="Filter">Which items <c>map</c> takes, or null for all.</param>
    public sealed record Macro(string Function, CelExpression Target, string Name, CelExpression Body, CelExpression? Filter = null) : CelExpression;

    /// <summary>A list.</summary>
    public sealed record ListOf(IReadOnlyList<CelExpression> Items) : CelExpression;

    /// <summary><c>condition ? yes : no</c>.</summary>
    public sealed record Choice(CelExpression Condition, CelExpression Yes, CelExpression No) : CelExpression;

    /// <summary>Whether a variable occurs in it.</summary>
    public bool Mentions(string variable) => this switch
    {
        Variable v => v.Name == variable,
        Field f => f.Target.Mentions(variable),
        Index i => i.Target.Mentions(variable) || i.Key.Mentions(variable),
        Has h => h.Of.Mentions(variable),
        Call c => c.Arguments.Any(a => a.Mentions(variable)),
        Macro m => m.Target.Mentions(variable) || m.Body.Mentions(variable) || m.Filter?.Mentions(variable) == true,
        ListOf l => l.Items.Any(i => i.Mentions(variable)),
        Choice c => c.Condition.Mentions(variable) || c.Yes.Mentions(variable) || c.No.Mentions(variable),
        _ => false,
    };
}
