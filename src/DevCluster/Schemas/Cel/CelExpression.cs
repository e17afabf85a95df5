namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>A node of a compiled expression of the Common Expression Language (https://github.com/google/cel-spec).</summary>
internal abstract record CelExpression
{
    /// <summary>A constant.</summary>
    public sealed record Literal(object? Value) : CelExpression;

    /// <summary>A variable: <c>self</c>, <c>oldSelf</c>, one of a macro, or the name of a type.</summary>
    public sealed record Variable(string Name) : CelExpression;

    /// <summary>A field of an object.</summary>
    /// <param name="Target">The object.</param>
    /// <param name="Name">The field.</param>
    /// <param name="IsOptional">Whether it is written <c>.?</c> and gives an optional value.</param>
    public sealed record Field(CelExpression Target, string Name, bool IsOptional = false) : CelExpression;

    /// <summary>An item of a list or a value of a map.</summary>
    /// <param name="Target">The list or map.</param>
    /// <param name="Key">Its position or key.</param>
    /// <param name="IsOptional">Whether it is written <c>[?…]</c> and gives an optional value.</param>
    public sealed record Index(CelExpression Target, CelExpression Key, bool IsOptional = false) : CelExpression;

    /// <summary><c>has(a.b)</c>.</summary>
    public sealed record Has(Field Of) : CelExpression;

    /// <summary>A function or method; the target of a method is the first argument.</summary>
    public sealed record Call(string Function, IReadOnlyList<CelExpression> Arguments) : CelExpression;

    /// <summary>
    /// <c>list.all(x, …)</c>, <c>exists</c>, <c>exists_one</c>, <c>map</c>, <c>filter</c>, with one variable or two;
    /// <c>transformList</c>, <c>transformMap</c>; <c>optMap</c>, <c>optFlatMap</c> of optional values; <c>cel.bind</c>.
    /// </summary>
    /// <param name="Function">Which of them.</param>
    /// <param name="Target">The list, or the map whose keys are gone through.</param>
    /// <param name="Names">The variables: the item or key; or position and item, or key and value.</param>
    /// <param name="Body">What is asked of each item, or made of it.</param>
    /// <param name="Filter">Which items are taken, or null for all.</param>
    public sealed record Macro(
        string Function, CelExpression Target, IReadOnlyList<string> Names, CelExpression Body, CelExpression? Filter = null) : CelExpression;

    /// <summary>A list.</summary>
    public sealed record ListOf(IReadOnlyList<CelExpression> Items) : CelExpression;

    /// <summary>A map.</summary>
    public sealed record MapOf(IReadOnlyList<KeyValuePair<CelExpression, CelExpression>> Entries) : CelExpression;

    /// <summary>An object of a named type, such as <c>Object.spec{replicas: 3}</c>.</summary>
    /// <param name="Type">The name of the type.</param>
    /// <param name="Fields">Its fields.</param>
    public sealed record Construct(string Type, IReadOnlyList<ConstructField> Fields) : CelExpression;

    /// <summary>A field of a <see cref="Construct"/>.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Value">Its value.</param>
    /// <param name="IsOptional">Whether it is written <c>?name:</c>, and set only if the optional value has one.</param>
    public readonly record struct ConstructField(string Name, CelExpression Value, bool IsOptional);

    /// <summary><c>condition ? yes : no</c>.</summary>
    public sealed record Choice(CelExpression Condition, CelExpression Yes, CelExpression No) : CelExpression;

    /// <summary>The expressions that this one is made of.</summary>
    public IEnumerable<CelExpression> Parts => this switch
    {
        Field f => [f.Target],
        Index i => [i.Target, i.Key],
        Has h => [h.Of],
        Call c => c.Arguments,
        Macro m => m.Filter is null ? [m.Target, m.Body] : [m.Target, m.Filter, m.Body],
        ListOf l => l.Items,
        MapOf m => m.Entries.SelectMany(static entry => new[] { entry.Key, entry.Value }),
        Construct c => c.Fields.Select(static made => made.Value),
        Choice c => [c.Condition, c.Yes, c.No],
        _ => [],
    };

    /// <summary>Whether a variable occurs in it.</summary>
    public bool Mentions(string variable) => this is Variable v ? v.Name == variable : Parts.Any(part => part.Mentions(variable));
}
