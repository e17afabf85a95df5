namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Checks macros. What they cost is what their loops cost, as cel-go writes them out (<c>parser/macro.go</c>): an accumulator, a condition
/// to go on, a step for each item, and a result.
/// </summary>
internal static class CelMacros
{
    private const ulong ListCost = 10;
    private const ulong MapCost = 30;

    /// <summary>Nothing limits the keys of a map, and so a real server counts them as empty.</summary>
    private static readonly CelDecl Key = CelDecl.String with { MaxElements = 0 };

    /// <param name="macro">The macro.</param>
    /// <param name="target">What it goes through, checked.</param>
    /// <param name="inner">Checks an expression within, with its variables.</param>
    /// <exception cref="CelException">Types do not fit.</exception>
    public static CelChecked Check(CelExpression.Macro macro, CelChecked target, Func<CelExpression, Dictionary<string, CelChecked>, CelChecked> inner)
    {
        switch (macro.Function)
        {
            case "bind":
                var bound = inner(macro.Body, new() { [macro.Names[0]] = target with { Cost = 1 } });
                return bound with { Cost = CelSize.Sum(CelSize.Sum(target.Cost, bound.Cost), ListCost) };
            case "optMap" or "optFlatMap":
                return OfOptional(macro, target, inner);
        }

        var variables = Variables(macro, target.Type);
        var filter = macro.Filter is null ? default(CelChecked?) : Condition(inner(macro.Filter, variables), macro.Function);
        var body = inner(macro.Body, variables);
        if (macro.Function is "all" or "exists" or "exists_one" or "existsOne" or "filter")
            Condition(body, macro.Function);

        // Of each step: going on, and what is done.
        var add = CelSize.Sum(ListCost + 2, body.Cost);
        var (start, step, end) = macro.Function switch
        {
            "all" => (0UL, CelSize.Sum(body.Cost, 3), 1UL),
            "exists" => (0UL, CelSize.Sum(body.Cost, 4), 1UL),
            "exists_one" or "existsOne" => (0UL, CelSize.Sum(body.Cost, 2), 2UL),
            "filter" => (ListCost, CelSize.Sum(body.Cost, ListCost + 3), 1UL),
            "transformMap" => (MapCost, CelSize.Sum(CelSize.Sum(body.Cost, 3), filter?.Cost ?? 0), 1UL),
            _ => (ListCost, CelSize.Sum(add, filter?.Cost ?? 0), 1UL),
        };
        var count = target.Size ?? CelSize.Unknown;
        var cost = CelSize.Sum(CelSize.Sum(target.Cost, start + end), CelSize.Product(count.Max, step));
        return macro.Function switch
        {
            "filter" => new CelChecked(CelDecl.List(variables[macro.Names[^1]].Type), cost, count),
            "map" or "transformList" => new CelChecked(CelDecl.List(Sized(body)), cost, count),
            "transformMap" => new CelChecked(CelDecl.Map(Sized(body)), cost, count),
            _ => new CelChecked(CelDecl.Bool, cost),
        };
    }

    private static CelDecl Sized(CelChecked item) =>
        item.Size is { } size ? item.Type with { MaxElements = (long)Math.Min(size.Max, long.MaxValue) } : item.Type;

    /// <summary>The variables of each step: the item or key; or position and item, or key and value.</summary>
    private static Dictionary<string, CelChecked> Variables(CelExpression.Macro macro, CelDecl range)
    {
        var (key, value) = range.Kind switch
        {
            CelKind.List => (CelDecl.Int, range.Element),
            CelKind.Map => (Key, range.Element),
            CelKind.Dynamic => (CelDecl.Dynamic, CelDecl.Dynamic),
            _ => throw new CelException($"expression of type '{range.Name}' cannot be range of a comprehension (must be list, map, or dynamic)"),
        };
        return macro.Names is [var name]
            ? new() { [name] = new CelChecked(range.Kind == CelKind.Map ? key : value, 1) }
            : new() { [macro.Names[0]] = new CelChecked(key, 1), [macro.Names[1]] = new CelChecked(value, 1) };
    }

    private static CelChecked OfOptional(CelExpression.Macro macro, CelChecked target, Func<CelExpression, Dictionary<string, CelChecked>, CelChecked> inner)
    {
        if (target.Type.Kind is not (CelKind.Optional or CelKind.Dynamic))
            throw new CelException($"found no matching overload for 'hasValue' applied to '{target.Type.Name}.()'");
        var value = target.Type.Kind == CelKind.Optional ? target.Type.Element : CelDecl.Dynamic;
        var body = inner(macro.Body, new() { [macro.Names[0]] = new CelChecked(value, 1) });
        var cost = CelSize.Sum(CelSize.Sum(CelSize.Product(target.Cost, 2), body.Cost), ListCost + 3);
        return new CelChecked(macro.Function == "optMap" ? CelDecl.Optional(body.Type) : body.Type, cost);
    }

    private static CelChecked Condition(CelChecked body, string function) => body.Type.Kind is CelKind.Bool or CelKind.Dynamic ? body
        : throw new CelException($"found no matching overload for '{(function == "all" ? "_&&_" : function == "exists" ? "_||_" : "_?_:_")}' applied to '(bool, {body.Type.Name})'");
}
