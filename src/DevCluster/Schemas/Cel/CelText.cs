using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Functions of strings: the standard ones, cel-go's extension and Kubernetes' regular expressions. Positions count code points.
/// </summary>
internal static class CelText
{
    public static IReadOnlyCollection<string> Names { get; } =
    [
        "startsWith", "endsWith", "contains", "matches", "find", "findAll", "replace", "split", "join", "charAt", "substring", "lowerAscii",
        "upperAscii", "trim", "reverse", "format", "strings.quote",
    ];

    public static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("startsWith", [string a, string b]) => a.StartsWith(b, StringComparison.Ordinal),
        ("endsWith", [string a, string b]) => a.EndsWith(b, StringComparison.Ordinal),
        ("contains", [string a, string b]) => a.Contains(b, StringComparison.Ordinal),
        ("matches", [string a, string b]) => Re2.IsMatch(Pattern(b), a),
        ("find", [string a, string b]) => Pattern(b).Match(a).Value,
        ("findAll", [string a, string b]) => FindAll(a, b, -1),
        ("findAll", [string a, string b, long most]) => FindAll(a, b, most),
        ("replace", [string a, string b, string c]) => Replace(a, b, c, -1),
        ("replace", [string a, string b, string c, long most]) => Replace(a, b, c, most),
        ("split", [string a, string b]) => Split(a, b, -1),
        ("split", [string a, string b, long most]) => Split(a, b, most),
        ("join", [List<object?> list]) => string.Concat(list.Select(Word)),
        ("join", [List<object?> list, string b]) => string.Join(b, list.Select(Word)),
        ("indexOf", [string a, string b]) => Position(a, a.IndexOf(b, StringComparison.Ordinal)),
        ("indexOf", [string a, string b, long from]) => Position(a, a.IndexOf(b, Offset(a, from), StringComparison.Ordinal)),
        ("lastIndexOf", [string a, string b]) => Position(a, a.LastIndexOf(b, StringComparison.Ordinal)),
        ("lastIndexOf", [string a, string b, long from]) => Position(a, a[..Math.Min(a.Length, Offset(a, from) + b.Length)].LastIndexOf(b, StringComparison.Ordinal)),
        ("charAt", [string a, long at]) => Offset(a, at) is var from && from == a.Length ? "" : Rune.GetRuneAt(a, from).ToString(),
        ("substring", [string a, long from]) => a[Offset(a, from)..],
        ("substring", [string a, long from, long to]) => from <= to ? a[Offset(a, from)..Offset(a, to)] : throw new CelException($"invalid substring range. start: {from}, end: {to}"),
        ("lowerAscii", [string a]) => string.Create(a.Length, a, static (to, from) => Ascii(from, to, isLower: true)),
        ("upperAscii", [string a]) => string.Create(a.Length, a, static (to, from) => Ascii(from, to, isLower: false)),
        ("trim", [string a]) => a.Trim(),
        ("reverse", [string a]) => string.Concat(a.EnumerateRunes().Reverse()),
        ("strings.quote", [string a]) => $"\"{a.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        ("format", [string a, List<object?> list]) => Format(a, list),
        _ => CelFunctions.NoOverload,
    };

    private static Regex Pattern(string pattern)
    {
        try
        {
            return Re2.Compile(pattern);
        }
        catch (FormatException e)
        {
            throw new CelException(e.Message);
        }
    }

    private static List<object?> FindAll(string text, string pattern, long most) =>
        [.. Pattern(pattern).Matches(text).Select(static match => (object?)match.Value).Take(most < 0 ? int.MaxValue : (int)most)];

    private static string Replace(string text, string old, string by, long most)
    {
        if (most < 0)
            return old.Length > 0 ? text.Replace(old, by, StringComparison.Ordinal) : text;
        var result = new StringBuilder();
        var from = 0;
        for (; most > 0 && old.Length > 0 && text.IndexOf(old, from, StringComparison.Ordinal) is var at and >= 0; most--, from = at + old.Length)
            result.Append(text, from, at - from).Append(by);
        return result.Append(text, from, text.Length - from).ToString();
    }

    private static List<object?> Split(string text, string separator, long most)
    {
        if (most == 0)
            return [];
        IEnumerable<string> parts = separator.Length > 0
            ? most < 0 ? text.Split(separator) : text.Split(separator, (int)most)
            : text.EnumerateRunes().Select(static rune => rune.ToString());
        return [.. parts];
    }

    private static string Word(object? value) => value as string ?? throw new CelException("no such overload");

    /// <summary>Where the code point of a number begins; one past the last is the end.</summary>
    private static int Offset(string text, long position)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (position-- == 0)
                return at;
            at += rune.Utf16SequenceLength;
        }

        return position == 0 ? at : throw new CelException($"index out of range: {position}");
    }

    private static long Position(string text, int offset) => offset < 0 ? -1 : text.AsSpan(0, offset).EnumerateRunes() is var runes ? Count(runes) : 0;

    private static long Count(SpanRuneEnumerator runes)
    {
        var count = 0L;
        while (runes.MoveNext())
            count++;
        return count;
    }

    private static void Ascii(string from, Span<char> to, bool isLower)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = isLower
                ? from[i] is >= 'A' and <= 'Z' ? (char)(from[i] | 0x20) : from[i]
                : from[i] is >= 'a' and <= 'z' ? (char)(from[i] & ~0x20) : from[i];
        }
    }

    /// <summary>cel-go's <c>string.format</c>: <c>%s %d %f %e %b %o %x %X %%</c>, with a precision for <c>%f</c> and <c>%e</c>.</summary>
    private static string Format(string format, List<object?> values)
    {
        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            var precision = "6";
            i++;
            if (i < format.Length && format[i] == '.')
            {
                var from = ++i;
                while (i < format.Length && char.IsAsciiDigit(format[i]))
                    i++;
                precision = format[from..i];
            }

            if (i == format.Length)
                throw new CelException("unexpected end of format string");
            if (format[i] == '%')
                result.Append('%');
            else if (next < values.Count)
                result.Append(Formatted(format[i], precision, values[next++]));
            else
                throw new CelException($"index {next} out of range");
        }

        return result.ToString();
    }

    private static string Formatted(char clause, string precision, object? value) => (clause, value) switch
    {
        ('s', _) => Text(value),
        ('d', long number) => number.ToString(CultureInfo.InvariantCulture),
        ('d', double number) => number.ToString("R", CultureInfo.InvariantCulture),
        ('f', long or double) => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("F" + precision, CultureInfo.InvariantCulture),
        ('e', long or double) => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString($"0.{new string('0', int.Parse(precision, CultureInfo.InvariantCulture))}e+00", CultureInfo.InvariantCulture),
        ('b', long number) => Convert.ToString(number, 2),
        ('b', bool flag) => flag ? "1" : "0",
        ('o', long number) => Convert.ToString(number, 8),
        ('x', long number) => number.ToString("x", CultureInfo.InvariantCulture),
        ('X', long number) => number.ToString("X", CultureInfo.InvariantCulture),
        ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        ('X', string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text)),
        _ => throw new CelException($"unrecognized formatting clause \"{clause}\""),
    };

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        List<object?> list => $"[{string.Join(", ", list.Select(Text))}]",
        CelObject or Dictionary<object, object?> => $"{{{string.Join(", ", CelFunctions.Items(value).Select(key => $"{Text(key)}: {Text(CelFunctions.Item(value, key))}"))}}}",
        CelType type => type.Name,
        _ => (string)CelFunctions.Apply("string", [value])!,
    };
}
