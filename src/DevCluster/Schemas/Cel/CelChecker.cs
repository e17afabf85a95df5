using System.Collections.Immutable;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Checks an expression when the CRD is written: that its variables and fields are there and its types fit (cel-go, <c>checker</c>), and
/// what it costs at most.
/// </summary>
internal static class CelChecker
{
    private const ulong ListCost = 10;
    private const ulong MapCost = 30;
    private const ulong ObjectCost = 40;

    private static readonly ImmutableDictionary<string, CelChecked> Types = new[]
    {
        "int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type",
    }.ToImmutableDictionary(static name => name, static _ => new CelChecked(CelDecl.Type, 1))
        .Add("google", new CelChecked(CelDecl.Dynamic, 1));

    /// <exception cref="CelException">A variable or a field is not defined, or types do not fit.</exception>
    public static CelChecked Check(CelExpression expression, CelDecl self, bool optionalOldSelf) => Of(
        expression, Types.Add("self", new CelChecked(self, 1)).Add("oldSelf", new CelChecked(optionalOldSelf ? CelDecl.Optional(self) : self, 1)));

    /// <param name="expression">The expression.</param>
    /// <param name="variables">Its variables, and the types that it may make objects of. Of objects, the fields are known, and not their types.</param>
    /// <exception cref="CelException">A variable, a type or a field is not defined, or types do not fit.</exception>
    public static void Check(CelExpression expression, IEnumerable<KeyValuePair<string, Schema>> variables) => Of(
        expression, Types.SetItems(variables.Select(static variable => KeyValuePair.Create(variable.Key, new CelChecked(TypeOf(variable.Value), 1)))));

    private static CelDecl TypeOf(Schema schema) => schema.Type != "object" ? CelDecl.Dynamic
        : new CelDecl(CelKind.Object, "object") { Fields = schema.Properties.ToDictionary(static field => field.Key, static _ => CelDecl.Dynamic) };

    private static CelChecked Of(CelExpression expression, ImmutableDictionary<string, CelChecked> scope)
    {
        CelChecked Part(CelExpression e) => Of(e, scope);
        switch (expression)
        {
            case CelExpression.Literal literal:
                return Literal(literal.Value);
            case CelExpression.Variable variable:
                return scope.TryGetValue(variable.Name, out var known) ? known : throw new CelException($"undeclared reference to '{variable.Name}' (in container '')");
            case CelExpression.Field field:
                return Field(Part(field.Target), field.Name, field.IsOptional);
            case CelExpression.Has has:
                var target = Part(has.Of.Target);
                Field(target, has.Of.Name, isOptional: false);
                return new CelChecked(CelDecl.Bool, target.Cost);
            case CelExpression.Index index:
                return Index(Part(index.Target), Part(index.Key), index.IsOptional);
            case CelExpression.ListOf list:
                return List([.. list.Items.Select(Part)]);
            case CelExpression.MapOf map:
                return Map([.. map.Entries.Select(entry => (Part(entry.Key), Part(entry.Value)))]);
            case CelExpression.Choice choice:
                return Choice(Part(choice.Condition), Part(choice.Yes), Part(choice.No));
            case CelExpression.Macro macro:
                return CelMacros.Check(macro, Part(macro.Target), (inner, variables) => Of(inner, scope.SetItems(variables)));
            case CelExpression.Construct made when !scope.ContainsKey(made.Type.Split('.')[0]):
                throw new CelException($"undeclared reference to '{made.Type}' (in container '')");
            case CelExpression.Construct made:
                return new CelChecked(CelDecl.Dynamic, made.Parts.Aggregate(ObjectCost, (sum, part) => CelSize.Sum(sum, Part(part).Cost)));
            case CelExpression.Call { Function: "format", Arguments: [var text, CelExpression.ListOf values] }:
                // What is formatted may be of any type.
                var parts = values.Items.Select(Part).ToList();
                return Call("format", [Part(text), new CelChecked(CelDecl.List(CelDecl.Dynamic), parts.Aggregate(ListCost, static (sum, part) => CelSize.Sum(sum, part.Cost)))]);
            case CelExpression.Call call:
                return Call(call.Function, [.. call.Arguments.Select(Part)]);
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is not an expression that can be checked.");
        }
    }

    /// <summary>A call of a function with arguments that are checked.</summary>
    public static CelChecked Call(string function, IReadOnlyList<CelChecked> arguments)
    {
        var type = CelSignatures.ResultOf(function, [.. arguments.Select(static argument => argument.Type)]);
        var (cost, size) = CelCosts.Of(function, arguments);
        return new CelChecked(type, arguments.Aggregate(cost, static (sum, argument) => CelSize.Sum(sum, argument.Cost)), size);
    }

    private static CelChecked Literal(object? value) => value switch
    {
        null => new CelChecked(CelDecl.Null, 0, CelSize.Exactly(1)),
        bool => new CelChecked(CelDecl.Bool, 0, CelSize.Exactly(1), value),
        long => new CelChecked(CelDecl.Int, 0, CelSize.Exactly(1), value),
        double => new CelChecked(CelDecl.Double, 0, CelSize.Exactly(1), value),
        string text => new CelChecked(CelDecl.String, 0, CelSize.Exactly((ulong)text.EnumerateRunes().Count()), value),
        CelBytes bytes => new CelChecked(CelDecl.Bytes, 0, CelSize.Exactly((ulong)bytes.Value.Length), value),
        _ => new CelChecked(CelDecl.Dynamic, 0),
    };

    private static CelChecked Field(CelChecked target, string name, bool isOptional)
    {
        if (target.Type.Kind == CelKind.Optional)
            return new CelChecked(CelDecl.Optional(Selected(target.Type.Element, name)), CelSize.Sum(target.Cost, 1));
        var field = Selected(target.Type, name);
        return isOptional
            ? new CelChecked(CelDecl.Optional(field), CelSize.Sum(target.Cost, 1))
            : new CelChecked(field, CelSize.Sum(target.Cost, target.Type.Kind == CelKind.Dynamic ? 0 : 1UL));
    }

    private static CelDecl Selected(CelDecl type, string name) => type.Kind switch
    {
        CelKind.Object => type.Fields.GetValueOrDefault(name) ?? throw new CelException($"undefined field '{name}'"),
        CelKind.Map => type.Element,
        CelKind.Dynamic => CelDecl.Dynamic,
        _ => throw new CelException($"type '{type.Name}' does not support field selection"),
    };

    private static CelChecked Index(CelChecked target, CelChecked key, bool isOptional)
    {
        var within = target.Type.Kind == CelKind.Optional ? target.Type.Element : target.Type;
        var item = (within.Kind, key.Type.Kind) switch
        {
            (CelKind.Dynamic, _) => CelDecl.Dynamic,
            (CelKind.List, CelKind.Int or CelKind.Dynamic) => within.Element,
            (CelKind.Map, _) => within.Element,
            _ => throw new CelException($"found no matching overload for '_[_]' applied to '({target.Type.Name}, {key.Type.Name})'"),
        };
        var cost = CelSize.Sum(CelSize.Sum(target.Cost, key.Cost), 1);
        return new CelChecked(isOptional || target.Type.Kind == CelKind.Optional ? CelDecl.Optional(item) : item, cost);
    }

    /// <summary>The items of a list have one type, as far as types are known.</summary>
    private static CelChecked List(IReadOnlyList<CelChecked> items)
    {
        var cost = items.Aggregate(ListCost, static (sum, item) => CelSize.Sum(sum, item.Cost));
        return new CelChecked(CelDecl.List(Common(items)), cost, CelSize.Exactly((ulong)items.Count));
    }

    private static CelChecked Map(IReadOnlyList<(CelChecked Key, CelChecked Value)> entries)
    {
        var cost = entries.Aggregate(MapCost, static (sum, entry) => CelSize.Sum(CelSize.Sum(sum, entry.Key.Cost), entry.Value.Cost));
        return new CelChecked(CelDecl.Map(Common([.. entries.Select(static entry => entry.Value)])), cost, CelSize.Exactly((ulong)entries.Count));
    }

    private static CelDecl Common(IReadOnlyList<CelChecked> items)
    {
        if (items.Count == 0 || items.Any(static item => item.Type.Kind == CelKind.Dynamic))
            return CelDecl.Dynamic;
        foreach (var item in items)
        {
            if (!CelSignature.Fits(items[0].Type, item.Type) && !CelSignature.Fits(item.Type, items[0].Type))
                throw new CelException($"expected type '{items[0].Type.Name}' but found '{item.Type.Name}'");
        }

        return items[0].Type with { MaxElements = (long)Math.Min(items.Max(static item => (item.Size ?? CelSize.Unknown).Max), long.MaxValue) };
    }

    private static CelChecked Choice(CelChecked condition, CelChecked yes, CelChecked no)
    {
        if (!CelSignature.Fits(CelDecl.Bool, condition.Type) || (!CelSignature.Fits(yes.Type, no.Type) && !CelSignature.Fits(no.Type, yes.Type)))
            throw new CelException($"found no matching overload for '_?_:_' applied to '({condition.Type.Name}, {yes.Type.Name}, {no.Type.Name})'");
        var type = yes.Type.Kind is CelKind.Null or CelKind.Dynamic ? no.Type : yes.Type;
        if (yes.Type.Kind == CelKind.Dynamic || no.Type.Kind == CelKind.Dynamic)
            type = CelDecl.Dynamic;
        var size = (yes.Size ?? CelSize.Unknown).Or(no.Size ?? CelSize.Unknown);
        return new CelChecked(type with { MaxElements = null }, CelSize.Sum(condition.Cost, Math.Max(yes.Cost, no.Cost)), size);
    }
}
