using System.Collections.Immutable;
using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Schemas.Cel.CelFunctions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Evaluates an expression. Values are null, bool, long, double, string, <see cref="JsonObject"/> and lists of values. What it
/// may cost is bounded, as in a real server.
/// </summary>
internal sealed class CelEvaluator
{
    private const int MaxSteps = 1_000_000;

    private int _steps;

    private CelEvaluator()
    {
    }

    /// <exception cref="CelException">A field is missing, types do not fit, or it takes too long.</exception>
    public static bool IsTrue(CelExpression expression, JsonNode? self, JsonNode? oldSelf) =>
        Evaluate(expression, self, oldSelf) as bool? ?? throw new CelException("the rule is neither true nor false");

    /// <summary>The text that an expression makes, or null when it makes none.</summary>
    public static string? Text(CelExpression expression, JsonNode? self, JsonNode? oldSelf)
    {
        try
        {
            return Evaluate(expression, self, oldSelf) as string;
        }
        catch (CelException)
        {
            // A message that cannot be made gives way to the rule's other one.
            return null;
        }
    }

    private static object? Evaluate(CelExpression expression, JsonNode? self, JsonNode? oldSelf) => new CelEvaluator().Evaluate(
        expression, ImmutableDictionary<string, object?>.Empty.Add("self", Value(self)).Add("oldSelf", Value(oldSelf)));

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
                return variables.TryGetValue(variable.Name, out var value) ? value : throw new CelException($"undeclared reference to '{variable.Name}'");
            case CelExpression.Field field:
                return Of(field.Target) is JsonObject obj && obj.TryGetPropertyValue(field.Name, out var child)
                    ? Value(child)
                    : throw new CelException($"no such key: {field.Name}");
            case CelExpression.Has has:
                return Of(has.Of.Target) is JsonObject holder && holder[has.Of.Name] is not null;
            case CelExpression.Index index:
                return Item(Of(index.Target), Of(index.Key));
            case CelExpression.ListOf list:
                return list.Items.Select(Of).ToList();
            case CelExpression.Choice choice:
                return Of(Truth(Of(choice.Condition)) ? choice.Yes : choice.No);
            case CelExpression.Macro macro:
                return Run(macro, Items(Of(macro.Target)), variables);
            case CelExpression.Call { Function: "&&" } and:
                return Logical(and, false, Of);
            case CelExpression.Call { Function: "||" } or:
                return Logical(or, true, Of);
            case CelExpression.Call call:
                return CelFunctions.Apply(call.Function, [.. call.Arguments.Select(Of)]);
            default:
                throw new CelException("the expression is not understood");
        }
    }

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

    private object? Run(CelExpression.Macro macro, List<object?> items, ImmutableDictionary<string, object?> variables)
    {
        object? Body(object? item) => Evaluate(macro.Body, variables.SetItem(macro.Name, item));
        return macro.Function switch
        {
            "all" => items.TrueForAll(item => Truth(Body(item))),
            "exists" => items.Exists(item => Truth(Body(item))),
            "exists_one" or "existsOne" => items.Count(item => Truth(Body(item))) == 1,
            "filter" => items.Where(item => Truth(Body(item))).ToList(),
            _ when macro.Filter is { } filter => items.Where(item => Truth(Evaluate(filter, variables.SetItem(macro.Name, item)))).Select(Body).ToList(),
            _ => items.Select(Body).ToList(),
        };
    }
}
