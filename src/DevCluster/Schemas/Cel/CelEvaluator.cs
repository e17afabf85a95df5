using System.Collections.Immutable;
using static OrleansOperator.DevCluster.Schemas.Cel.CelFunctions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Evaluates an expression. Values are null, bool, long, double, string, lists of values, <see cref="CelObject"/> for objects and maps
/// of documents, dictionaries for maps that expressions make, and those of <see cref="CelValues"/>. What an evaluation may cost is
/// bounded, as in a real server.
/// </summary>
internal sealed class CelEvaluator
{
    private const int MaxSteps = 1_000_000;

    private static readonly ImmutableDictionary<string, object?> Types = new[]
    {
        "int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type",
    }.ToImmutableDictionary(static name => name, static name => (object?)new CelType(name));

    private int _steps;

    private CelEvaluator()
    {
    }

    /// <summary>What an expression makes of its variables.</summary>
    /// <exception cref="CelException">A field is missing, types do not fit, or it takes too long.</exception>
    public static object? Evaluate(CelExpression expression, IEnumerable<KeyValuePair<string, object?>> variables) =>
        new CelEvaluator().Evaluate(expression, Types.SetItems(variables));

    private object? Evaluate(CelExpression expression, ImmutableDictionary<string, object?> variables)
    {
        if (++_steps > MaxSteps)
            throw new CelException("operation cancelled: actual cost limit exceeded");
        object? Of(CelExpression e) => Evaluate(e, variables);
        switch (expression)
        {
            case CelExpression.Literal literal:
                return literal.Value;
            case CelExpression.Variable variable:
                return variables.TryGetValue(variable.Name, out var value) ? value : throw new CelException($"no such attribute(s): {variable.Name}");
            case CelExpression.Field { Target: CelExpression.Variable { Name: "google" } or CelExpression.Field { Target: CelExpression.Variable { Name: "google" } } } type:
                return TypeNamed(type);
            case CelExpression.Field field:
                return Select(Of(field.Target), field.Name, field.IsOptional);
            case CelExpression.Has has:
                return Has(Of(has.Of.Target), has.Of.Name);
            case CelExpression.Index index:
                return Select(Of(index.Target), Of(index.Key), index.IsOptional);
            case CelExpression.ListOf list:
                return list.Items.Select(Of).ToList();
            case CelExpression.MapOf map:
                return map.Entries.ToDictionary(entry => Of(entry.Key) ?? throw new CelException("unsupported key type"), entry => Of(entry.Value));
            case CelExpression.Construct made:
                return Construct(made, Of);
            case CelExpression.Choice choice:
                return Of(Truth(Of(choice.Condition)) ? choice.Yes : choice.No);
            case CelExpression.Macro macro:
                return Run(macro, Of(macro.Target), variables);
            case CelExpression.Call { Function: "&&" } and:
                return Logical(and, false, Of);
            case CelExpression.Call { Function: "||" } or:
                return Logical(or, true, Of);
            case CelExpression.Call call:
                return CelFunctions.Apply(call.Function, [.. call.Arguments.Select(Of)]);
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is not an expression that can be evaluated.");
        }
    }

    private static CelStruct Construct(CelExpression.Construct made, Func<CelExpression, object?> of)
    {
        var fields = new Dictionary<string, object?>();
        foreach (var field in made.Fields)
        {
            var value = of(field.Value);
            if (!field.IsOptional)
                fields[field.Name] = value;
            else if (value is not CelOptional optional)
                throw new CelException($"cannot initialize optional field '{field.Name}' from a value that is not optional");
            else if (optional.HasValue)
                fields[field.Name] = optional.Value;
        }

        return new CelStruct(made.Type, fields);
    }

    /// <summary><c>google.protobuf.Duration</c> and <c>google.protobuf.Timestamp</c>, which <c>type()</c> is compared with.</summary>
    private static CelType TypeNamed(CelExpression.Field field) =>
        new(field.Target is CelExpression.Field package ? $"google.{package.Name}.{field.Name}" : $"google.{field.Name}");

    private static object? Select(object? target, object? key, bool isOptional)
    {
        if (target is CelOptional optional)
            return optional.HasValue && TryItem(optional.Value, key, out var inner) ? CelOptional.Of(inner) : CelOptional.None;
        if (!isOptional)
            return Item(target, key);
        return TryItem(target, key, out var item) ? CelOptional.Of(item) : CelOptional.None;
    }

    private static bool Has(object? target, string name) => target is CelOptional optional
        ? optional.HasValue && Has(optional.Value, name)
        : TryItem(target, name, out var value) && (value is not null || target is not CelObject);

    /// <summary>CEL's logic is commutative: one side that decides makes up for an error on the other.</summary>
    private static bool Logical(CelExpression.Call call, bool decides, Func<CelExpression, object?> of)
    {
        try
        {
            return Truth(of(call.Arguments[0])) == decides ? decides : Truth(of(call.Arguments[1]));
        }
        catch (CelException) when (Decides(call.Arguments[1], decides, of))
        {
            return decides;
        }
    }

    private static bool Decides(CelExpression side, bool decides, Func<CelExpression, object?> of)
    {
        try
        {
            return Truth(of(side)) == decides;
        }
        catch (CelException)
        {
            return false;
        }
    }

    private object? Run(CelExpression.Macro macro, object? target, ImmutableDictionary<string, object?> variables)
    {
        switch (macro.Function)
        {
            case "bind":
                return Evaluate(macro.Body, variables.SetItem(macro.Names[0], target));
            case "optMap" or "optFlatMap":
                if (target is not CelOptional optional)
                    throw new CelException("no such overload");
                if (!optional.HasValue)
                    return CelOptional.None;
                var made = Evaluate(macro.Body, variables.SetItem(macro.Names[0], optional.Value));
                return macro.Function == "optMap" ? CelOptional.Of(made) : made;
        }

        var rounds = Rounds(macro, target, variables);
        return macro.Function switch
        {
            "all" => Every(rounds.Select(round => round.Variables), macro.Body, true),
            "exists" => !Every(rounds.Select(round => round.Variables), macro.Body, false),
            "exists_one" or "existsOne" => rounds.Count(round => Truth(Evaluate(macro.Body, round.Variables))) == 1,
            "filter" => rounds.Where(round => Truth(Evaluate(macro.Body, round.Variables))).Select(round => round.Item).ToList(),
            "transformMap" => Taken(macro, rounds).ToDictionary(round => round.Key!, round => Evaluate(macro.Body, round.Variables)),
            _ => Taken(macro, rounds).Select(round => Evaluate(macro.Body, round.Variables)).ToList(),
        };
    }

    /// <summary>Whether every item gives the same; one that does not makes up for errors on others.</summary>
    private bool Every(IEnumerable<ImmutableDictionary<string, object?>> rounds, CelExpression body, bool expected)
    {
        CelException? error = null;
        foreach (var variables in rounds)
        {
            try
            {
                if (Truth(Evaluate(body, variables)) != expected)
                    return false;
            }
            catch (CelException e)
            {
                error = e;
            }
        }

        return error is null ? true : throw error;
    }

    private IEnumerable<Round> Taken(CelExpression.Macro macro, IEnumerable<Round> rounds) =>
        macro.Filter is { } filter ? rounds.Where(round => Truth(Evaluate(filter, round.Variables))) : rounds;

    private static IEnumerable<Round> Rounds(CelExpression.Macro macro, object? target, ImmutableDictionary<string, object?> variables)
    {
        var items = Items(target);
        for (var i = 0; i < items.Count; i++)
        {
            var key = target is List<object?> ? i : items[i];
            if (macro.Names is [var name])
                yield return new Round(key, items[i], variables.SetItem(name, items[i]));
            else
                yield return new Round(key, items[i], variables.SetItem(macro.Names[0], key is int position ? (long)position : key).SetItem(macro.Names[1], target is List<object?> ? items[i] : Item(target, key)));
        }
    }

    /// <summary>One item that a macro goes through.</summary>
    private sealed record Round(object? Key, object? Item, ImmutableDictionary<string, object?> Variables);
}
