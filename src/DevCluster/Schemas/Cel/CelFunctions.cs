using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>The operators and functions of expressions, over the values that <see cref="CelEvaluator"/> describes.</summary>
internal static class CelFunctions
{
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    public static object? Value(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number => node.Whole() is { } whole ? (object)whole : node.Real(),
        JsonValueKind.Array => node.AsArray().Select(Value).ToList(),
        _ => node,
    };

    /// <exception cref="CelException">The function does not take these values.</exception>
    public static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("==", [var a, var b]) => Same(a, b),
        ("!=", [var a, var b]) => !Same(a, b),
        ("in", [var a, JsonObject map]) => a is string key && map.ContainsKey(key),
        ("in", [var a, var list]) => Items(list).Exists(item => Same(item, a)),
        ("not", [var a]) => !Truth(a),
        ("negate", [long a]) => Checked(-(Int128)a),
        ("negate", [var a]) => -Real(a),
        ("+", [string a, string b]) => a + b,
        ("+", [List<object?> a, List<object?> b]) => a.Concat(b).ToList(),
        ("+", [long a, long b]) => Checked((Int128)a + b),
        ("-", [long a, long b]) => Checked((Int128)a - b),
        ("*", [long a, long b]) => Checked((Int128)a * b),
        ("/", [long a, long b]) => b != 0 ? Checked((Int128)a / b) : throw new CelException("division by zero"),
        ("%", [long a, long b]) => b != 0 ? Checked((Int128)a % b) : throw new CelException("modulus by zero"),
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
        ("matches", [string a, string b]) => Pattern(b).IsMatch(a),
        ("find", [string a, string b]) => Pattern(b).Match(a).Value,
        ("findAll", [string a, string b]) => Pattern(b).Matches(a).Select(match => (object?)match.Value).ToList(),
        ("replace", [string a, string b, string c]) => b.Length > 0 ? a.Replace(b, c, StringComparison.Ordinal) : a,
        ("split", [string a, string b]) => a.Split(b).Select(part => (object?)part).ToList(),
        ("join", [var list]) => string.Concat(Items(list).Select(Word)),
        ("join", [var list, string b]) => string.Join(b, Items(list).Select(Word)),
        ("indexOf", [string a, string b]) => (long)a.IndexOf(b, StringComparison.Ordinal),
        ("lastIndexOf", [string a, string b]) => (long)a.LastIndexOf(b, StringComparison.Ordinal),
        ("indexOf", [var list, var item]) => (long)Items(list).FindIndex(other => Same(other, item)),
        ("lastIndexOf", [var list, var item]) => (long)Items(list).FindLastIndex(other => Same(other, item)),
        ("charAt", [string a, long at]) => at == a.Length ? "" : Part(a, at, at + 1),
        ("substring", [string a, long from]) => Part(a, from, a.Length),
        ("substring", [string a, long from, long to]) => Part(a, from, to),
        ("lowerAscii", [string a]) => a.ToLowerInvariant(),
        ("upperAscii", [string a]) => a.ToUpperInvariant(),
        ("trim", [string a]) => a.Trim(),
        ("int", [string a]) => long.TryParse(a, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw new CelException($"'{a}' is no whole number"),
        ("int", [var a]) => Math.Abs(Real(a)) < long.MaxValue ? (long)Real(a) : throw new CelException("range error"),
        ("double", [string a]) => double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : throw new CelException($"'{a}' is no number"),
        ("double", [var a]) => Real(a),
        ("string", [bool a]) => a ? "true" : "false",
        ("string", [var a]) => Convert.ToString(a, CultureInfo.InvariantCulture),
        ("isSorted", [var list]) => Items(list).Zip(Items(list).Skip(1)).All(pair => Compare(pair.First, pair.Second) <= 0),
        ("sum", [var list]) => Items(list).Aggregate((object?)0L, (sum, item) => Apply("+", [sum, item])),
        ("min" or "max", [List<object?> { Count: 0 }]) => throw new CelException($"{function} called on empty list"),
        ("min", [var list]) => Items(list).Aggregate((least, item) => Compare(item, least) < 0 ? item : least),
        ("max", [var list]) => Items(list).Aggregate((most, item) => Compare(item, most) > 0 ? item : most),
        _ => throw new CelException($"no such overload of {function}"),
    };

    public static object? Item(object? target, object? key) => (target, key) switch
    {
        (JsonObject map, string name) when map.TryGetPropertyValue(name, out var value) => Value(value),
        (List<object?> list, long at) when at >= 0 && at < list.Count => list[(int)at],
        _ => throw new CelException($"no such key: {key}"),
    };

    private static Regex Pattern(string text)
    {
        try
        {
            // Time that grows with the text alone, as with the RE2 of a real server.
            return new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CelException($"'{text}' is not a regular expression: {e.Message}");
        }
    }

    private static string Part(string text, long from, long to) =>
        from >= 0 && from <= to && to <= text.Length
            ? text[(int)from..(int)to]
            : throw new CelException($"index out of range: {from}");

    private static string Word(object? value) => value as string ?? throw new CelException("a list of strings is expected");

    private static long Checked(Int128 number) =>
        number >= long.MinValue && number <= long.MaxValue ? (long)number : throw new CelException("integer overflow");

    public static List<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        JsonObject map => [.. map.Select(pair => pair.Key)],
        _ => throw new CelException("a list is expected"),
    };

    public static bool Truth(object? value) => value as bool? ?? throw new CelException("true or false is expected");

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
