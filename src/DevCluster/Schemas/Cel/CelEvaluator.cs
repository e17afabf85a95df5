using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Evaluates an expression. Values are null, bool, long, double, string, <see cref="JsonObject"/> and lists of values.
/// </summary>
internal static class CelEvaluator
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <exception cref="CelException">A field is missing, or types do not fit.</exception>
    public static bool IsTrue(CelExpression expression, JsonNode? self, JsonNode? oldSelf)
    {
        var variables = ImmutableDictionary<string, object?>.Empty.Add("self", Value(self)).Add("oldSelf", Value(oldSelf));
        return Evaluate(expression, variables) as bool? ?? throw new CelException("the rule is neither true nor false");
    }

    private static object? Value(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number => node.Whole() is { } whole ? whole : node.Real(),
        JsonValueKind.Array => node.AsArray().Select(Value).ToList(),
        _ => node,
    };

    private static object? Evaluate(CelExpression expression, ImmutableDictionary<string, object?> variables)
    {
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
                return Apply(call.Function, [.. call.Arguments.Select(Of)]);
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

    private static object? Run(CelExpression.Macro macro, List<object?> items, ImmutableDictionary<string, object?> variables)
    {
        object? Body(object? item) => Evaluate(macro.Body, variables.SetItem(macro.Name, item));
        return macro.Function switch
        {
            "all" => items.TrueForAll(item => Truth(Body(item))),
            "exists" => items.Exists(item => Truth(Body(item))),
            "exists_one" => items.Count(item => Truth(Body(item))) == 1,
            "filter" => items.Where(item => Truth(Body(item))).ToList(),
            _ => items.Select(Body).ToList(),
        };
    }

    private static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("==", [var a, var b]) => Same(a, b),
        ("!=", [var a, var b]) => !Same(a, b),
        ("in", [var a, JsonObject map]) => a is string key && map.ContainsKey(key),
        ("in", [var a, var list]) => Items(list).Exists(item => Same(item, a)),
        ("not", [var a]) => !Truth(a),
        ("negate", [long a]) => -a,
        ("negate", [var a]) => -Real(a),
        ("+", [string a, string b]) => a + b,
        ("+", [List<object?> a, List<object?> b]) => a.Concat(b).ToList(),
        ("+", [long a, long b]) => a + b,
        ("-", [long a, long b]) => a - b,
        ("*", [long a, long b]) => a * b,
        ("/", [long a, long b]) => b != 0 ? a / b : throw new CelException("division by zero"),
        ("%", [long a, long b]) => b != 0 ? a % b : throw new CelException("modulus by zero"),
        ("+", [var a, var b]) => Real(a) + Real(b),
        ("-", [var a, var b]) => Real(a) - Real(b),
        ("*", [var a, var b]) => Real(a) * Real(b),
        ("/", [var a, var b]) => Real(a) / Real(b),
        ("<", [var a, var b]) => Compare(a, b) < 0,
        ("<=", [var a, var b]) => Compare(a, b) <= 0,
        (">", [var a, var b]) => Compare(a, b) > 0,
        (">=", [var a, var b]) => Compare(a, b) >= 0,
        ("size", [string text]) => (long)text.EnumerateRunes().Count(),
        ("size", [JsonObject map]) => (long)map.Count,
        ("size", [var list]) => (long)Items(list).Count,
        ("startsWith", [string a, string b]) => a.StartsWith(b, StringComparison.Ordinal),
        ("endsWith", [string a, string b]) => a.EndsWith(b, StringComparison.Ordinal),
        ("contains", [string a, string b]) => a.Contains(b, StringComparison.Ordinal),
        ("matches", [string a, string b]) => Regex.IsMatch(a, b, RegexOptions.CultureInvariant, MatchTimeout),
        ("lowerAscii", [string a]) => a.ToLowerInvariant(),
        ("upperAscii", [string a]) => a.ToUpperInvariant(),
        ("trim", [string a]) => a.Trim(),
        ("int", [var a]) => a is string s ? long.Parse(s, CultureInfo.InvariantCulture) : (long)Real(a),
        ("double", [var a]) => a is string s ? double.Parse(s, CultureInfo.InvariantCulture) : Real(a),
        ("string", [var a]) => Convert.ToString(a, CultureInfo.InvariantCulture),
        ("isSorted", [var list]) => Items(list).Zip(Items(list).Skip(1)).All(pair => Compare(pair.First, pair.Second) <= 0),
        ("sum", [var list]) => Items(list).Aggregate((object?)0L, (sum, item) => Apply("+", [sum, item])),
        ("min", [var list]) => Items(list).Aggregate((least, item) => Compare(item, least) < 0 ? item : least),
        ("max", [var list]) => Items(list).Aggregate((most, item) => Compare(item, most) > 0 ? item : most),
        _ => throw new CelException($"no such overload of {function}"),
    };

    private static object? Item(object? target, object? key) => (target, key) switch
    {
        (JsonObject map, string name) when map.TryGetPropertyValue(name, out var value) => Value(value),
        (List<object?> list, long at) when at >= 0 && at < list.Count => list[(int)at],
        _ => throw new CelException($"no such key: {key}"),
    };

    private static List<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        JsonObject map => [.. map.Select(pair => pair.Key)],
        _ => throw new CelException("a list is expected"),
    };

    private static bool Truth(object? value) => value as bool? ?? throw new CelException("true or false is expected");

    private static double Real(object? value) => value switch
    {
        long whole => whole,
        double real => real,
        _ => throw new CelException("a number is expected"),
    };

    private static int Compare(object? a, object? b) =>
        a is string left && b is string right ? string.CompareOrdinal(left, right) : Real(a).CompareTo(Real(b));

    private static bool Same(object? a, object? b) => (a, b) switch
    {
        (JsonObject left, JsonObject right) => JsonNode.DeepEquals(left, right),
        (List<object?> left, List<object?> right) => left.Count == right.Count && left.Zip(right).All(pair => Same(pair.First, pair.Second)),
        (long or double, long or double) => Real(a) == Real(b),
        _ => Equals(a, b),
    };
}
