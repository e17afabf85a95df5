using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using OrleansOperator.DevCluster.BuiltIns;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>The operators and functions of expressions, over the values that <see cref="CelEvaluator"/> describes.</summary>
internal static class CelFunctions
{
    /// <summary>What a library answers when it has no such function, or not for these values.</summary>
    public static readonly object NoOverload = new();

    private static readonly Func<string, object?[], object?>[] Libraries =
        [Core, CelText.Apply, CelLists.Apply, CelTime.Apply, CelNetwork.Apply, CelKubernetes.Apply, CelAuthorization.Apply];

    private static readonly FrozenSet<string> Names = new[]
    {
        ["size", "int", "uint", "double", "string", "bool", "bytes", "dyn", "type", "optional.of", "optional.none", "optional.ofNonZeroValue", "value", "hasValue", "orValue", "or"],
        CelText.Names, CelLists.Names, CelTime.Names, CelNetwork.Names, CelKubernetes.Names, CelAuthorization.Names,
    }.SelectMany(static names => names).ToFrozenSet();

    /// <summary>Whether there is a function or method of a name.</summary>
    public static bool Exists(string name) => Names.Contains(name);

    /// <exception cref="CelException">The function does not take these values.</exception>
    public static object? Apply(string function, object?[] args)
    {
        foreach (var library in Libraries)
        {
            if (library(function, args) is var result && result != NoOverload)
                return result;
        }

        throw new CelException("no such overload");
    }

    /// <summary>A field, an item of a list or a value of a map.</summary>
    /// <exception cref="CelException">It is not there.</exception>
    public static object? Item(object? target, object? key) =>
        TryItem(target, key, out var item) ? item
        : key is long at && target is List<object?> ? throw new CelException($"index out of bounds: {at}")
        : throw new CelException($"no such key: {key}");

    /// <summary>A field, an item of a list or a value of a map; false when it is not there.</summary>
    public static bool TryItem(object? target, object? key, out object? item)
    {
        item = null;
        switch (target, key)
        {
            case (CelObject map, string name) when map.Json.ContainsKey(name):
                item = map[name];
                return true;
            case (Dictionary<object, object?> map, not null) when map.TryGetValue(key, out item):
                return true;
            case (CelStruct made, string name) when made.Fields.TryGetValue(name, out item):
                return true;
            case (ICelFields fields, string name):
                return fields.TryGet(name, out item);
            case (List<object?> list, long at) when at >= 0 && at < list.Count:
                item = list[(int)at];
                return true;
            default:
                return false;
        }
    }

    /// <summary>The items of a list, or the keys of a map.</summary>
    public static List<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        CelObject map => [.. map.Json.Select(static pair => pair.Key)],
        Dictionary<object, object?> map => [.. map.Keys],
        _ => throw new CelException("no such overload"),
    };

    public static bool Truth(object? value) => value as bool? ?? throw new CelException("no such overload");

    public static int Compare(object? a, object? b) => (a, b) switch
    {
        (string left, string right) => string.CompareOrdinal(left, right),
        (bool left, bool right) => left.CompareTo(right),
        (CelDuration left, CelDuration right) => left.CompareTo(right),
        (CelTimestamp left, CelTimestamp right) => left.CompareTo(right),
        (CelBytes left, CelBytes right) => left.Value.AsSpan().SequenceCompareTo(right.Value),
        (long left, long right) => left.CompareTo(right),
        _ => Real(a).CompareTo(Real(b)),
    };

    public static bool Same(object? a, object? b) => (a, b) switch
    {
        (CelOptional left, CelOptional right) => left.HasValue == right.HasValue && Same(left.Value, right.Value),
        (List<object?> left, List<object?> right) => left.Count == right.Count && left.Zip(right).All(static pair => Same(pair.First, pair.Second)),
        (CelObject or Dictionary<object, object?>, CelObject or Dictionary<object, object?>) => SameMaps(a, b),
        (long or double, long or double) => Real(a) == Real(b),
        (Quantity left, Quantity right) => left.CompareTo(right) == 0,
        _ => Equals(a, b),
    };

    private static bool SameMaps(object? a, object? b)
    {
        var (left, right) = (Items(a), Items(b));
        return left.Count == right.Count && left.TrueForAll(key => TryItem(b, key, out var other) && Same(Item(a, key), other));
    }

    private static object? Core(string function, object?[] args) => (function, args) switch
    {
        ("==", [var a, var b]) => Same(a, b),
        ("!=", [var a, var b]) => !Same(a, b),
        ("in", [var a, CelObject map]) => a is string key && map.Json.ContainsKey(key),
        ("in", [var a, Dictionary<object, object?> map]) => a is not null && map.ContainsKey(a),
        ("in", [var a, List<object?> list]) => list.Exists(item => Same(item, a)),
        ("not", [bool a]) => !a,
        ("negate", [long a]) => Whole(-(Int128)a),
        ("negate", [double a]) => -a,
        ("+", [string a, string b]) => a + b,
        ("+", [CelBytes a, CelBytes b]) => new CelBytes([.. a.Value, .. b.Value]),
        ("+", [List<object?> a, List<object?> b]) => a.Concat(b).ToList(),
        ("+", [long a, long b]) => Whole((Int128)a + b),
        ("-", [long a, long b]) => Whole((Int128)a - b),
        ("*", [long a, long b]) => Whole((Int128)a * b),
        ("/", [long a, long b]) => b != 0 ? Whole((Int128)a / b) : throw new CelException("division by zero"),
        ("%", [long a, long b]) => b != 0 ? Whole((Int128)a % b) : throw new CelException("modulus by zero"),
        ("+", [double or long, double or long]) => Real(args[0]) + Real(args[1]),
        ("-", [double or long, double or long]) => Real(args[0]) - Real(args[1]),
        ("*", [double or long, double or long]) => Real(args[0]) * Real(args[1]),
        ("/", [double or long, double or long]) => Real(args[0]) / Real(args[1]),
        ("<", [var a, var b]) => Compare(a, b) < 0,
        ("<=", [var a, var b]) => Compare(a, b) <= 0,
        (">", [var a, var b]) => Compare(a, b) > 0,
        (">=", [var a, var b]) => Compare(a, b) >= 0,
        ("size", [string text]) => (long)text.EnumerateRunes().Count(),
        ("size", [CelBytes bytes]) => (long)bytes.Value.Length,
        ("size", [CelObject or Dictionary<object, object?> or List<object?>]) => (long)Items(args[0]).Count,
        ("dyn", [var a]) => a,
        ("type", [var a]) => new CelType(CelValues.TypeOf(a)),
        ("int" or "uint", [string a]) => long.TryParse(a, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw NotConvertible("int"),
        ("int" or "uint", [long a]) => a,
        ("int" or "uint", [double a]) => Math.Abs(a) < long.MaxValue ? (long)a : throw new CelException("integer overflow"),
        ("double", [string a]) => double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : throw NotConvertible("double"),
        ("double", [long or double]) => Real(args[0]),
        ("bool", [bool a]) => a,
        ("bool", [string a]) => a is "true" or "TRUE" or "True" or "t" or "1" ? true : a is "false" or "FALSE" or "False" or "f" or "0" ? false : throw NotConvertible("bool"),
        ("bytes", [string a]) => new CelBytes(Encoding.UTF8.GetBytes(a)),
        ("bytes", [CelBytes a]) => a,
        ("string", [string a]) => a,
        ("string", [bool a]) => a ? "true" : "false",
        ("string", [CelBytes a]) => Encoding.UTF8.GetString(a.Value),
        ("string", [long or double]) => Convert.ToString(args[0], CultureInfo.InvariantCulture),
        ("optional.of", [var a]) => CelOptional.Of(a),
        ("optional.none", []) => CelOptional.None,
        ("optional.ofNonZeroValue", [var a]) => IsZero(a) ? CelOptional.None : CelOptional.Of(a),
        ("hasValue", [CelOptional a]) => a.HasValue,
        ("value", [CelOptional a]) => a.HasValue ? a.Value : throw new CelException("optional.none() dereference"),
        ("orValue", [CelOptional a, var b]) => a.HasValue ? a.Value : b,
        ("or", [CelOptional a, CelOptional b]) => a.HasValue ? a : b,
        _ => NoOverload,
    };

    private static bool IsZero(object? value) => value switch
    {
        null or false or 0L or 0d or "" => true,
        List<object?> list => list.Count == 0,
        CelObject or Dictionary<object, object?> => Items(value).Count == 0,
        _ => false,
    };

    private static CelException NotConvertible(string type) => new($"type conversion error from 'string' to '{type}'");

    private static long Whole(Int128 number) =>
        number >= long.MinValue && number <= long.MaxValue ? (long)number : throw new CelException("integer overflow");

    private static double Real(object? value) => value switch
    {
        long whole => whole,
        double real => real,
        _ => throw new CelException("no such overload"),
    };
}
