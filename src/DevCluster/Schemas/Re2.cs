using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>
/// Regular expressions as Go's RE2 reads them (https://github.com/google/re2/wiki/Syntax), on .NET's engine without backtracking, whose
/// time also grows with the text alone. What RE2 does not have, such as lookarounds and backreferences, is refused.
/// </summary>
internal static class Re2
{
    /// <summary>Patterns come from CRDs, and a server serves few of them for long.</summary>
    private const int MaxCached = 2000;

    /// <summary>A code point beyond the first plane, which is two characters to .NET and one to RE2.</summary>
    private const string Pair = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]";

    private const int MaxRepeat = 1000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, Regex> Compiled = new();

    /// <exception cref="FormatException">RE2 would not take it either; the message is in Go's words where it is known.</exception>
    public static Regex Compile(string pattern)
    {
        if (Compiled.TryGetValue(pattern, out var known))
            return known;
        try
        {
            var regex = new Regex(Translate(pattern), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Timeout);
            if (Compiled.Count < MaxCached)
                Compiled[pattern] = regex;
            return regex;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"error parsing regexp: {e.Message}", e);
        }
    }

    /// <summary>Whether a text has a match; a text on which it takes for ever has none.</summary>
    public static bool IsMatch(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        var any = pattern.StartsWith("(?s)", StringComparison.Ordinal) ? $"(?:{Pair}|[^\\uD800-\\uDFFF])" : $"(?:{Pair}|[^\\n\\uD800-\\uDFFF])";
        var inClass = false;
        var isNegated = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
                i += Escape(pattern, i, inClass, result);
            else if (inClass && rest.StartsWith("[:") && rest.IndexOf(":]") is var end and > 0)
                i += Named(rest[2..end].ToString(), end, result);
            else if (inClass && pattern[i] == '[')
                result.Append("\\[");
            else if (!inClass && rest.StartsWith("(?P<"))
                i += Append(result, "(?<", 3);
            else if (!inClass && (rest.StartsWith("(?=") || rest.StartsWith("(?!") || rest.StartsWith("(?<=") || rest.StartsWith("(?<!") || rest.StartsWith("(?>")))
                throw new FormatException($"error parsing regexp: invalid or unsupported Perl syntax: `{rest[..Math.Min(rest.Length, rest[2] == '<' ? 4 : 3)]}`");
            else if (!inClass && pattern[i] == '$')
                result.Append("\\z");
            else if (!inClass && pattern[i] == '.')
                result.Append(any);
            else if (!inClass && pattern[i] == '{')
                i += Repeat(pattern, i, result);
            else if (!inClass && pattern[i] == '[')
                (i, inClass, isNegated) = (i + Open(pattern, i, result), true, i + 1 < pattern.Length && pattern[i + 1] == '^');
            else if (inClass && pattern[i] == ']')
                inClass = Close(isNegated, result);
            else
                result.Append(pattern[i]);
        }

        return result.ToString();
    }

    /// <summary>A negated class also has every code point beyond the first plane.</summary>
    private static bool Close(bool isNegated, StringBuilder result)
    {
        result.Append(isNegated ? "\\uD800-\\uDFFF])" : "]");
        return false;
    }

    private static int Repeat(string pattern, int at, StringBuilder result)
    {
        var end = pattern.IndexOf('}', at);
        var counts = end < 0 ? [] : pattern[(at + 1)..end].Split(',');
        if (counts.Any(static count => int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > MaxRepeat))
            throw new FormatException($"error parsing regexp: invalid repeat count: `{pattern[at..(end + 1)]}`");
        result.Append('{');
        return 0;
    }

    /// <summary>Opens a class; a bracket that closes at its beginning stands for itself.</summary>
    private static int Open(string pattern, int at, StringBuilder result)
    {
        var length = at + 1 < pattern.Length && pattern[at + 1] == '^' ? 2 : 1;
        result.Append(length == 2 ? $"(?:{Pair}|" : "").Append(pattern, at, length);
        if (at + length < pattern.Length && pattern[at + length] == ']')
        {
            result.Append("\\]");
            length++;
        }

        return length - 1;
    }

    private static int Escape(string pattern, int at, bool inClass, StringBuilder result)
    {
        var letter = pattern[at + 1];
        switch (letter)
        {
            // RE2's classes are those of ASCII.
            case 'd': return Append(result, inClass ? "0-9" : "[0-9]", 1);
            case 'D': return Append(result, $"(?:{Pair}|[^0-9\\uD800-\\uDFFF])", 1, inClass);
            case 'w': return Append(result, inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]", 1);
            case 'W': return Append(result, $"(?:{Pair}|[^0-9A-Za-z_\\uD800-\\uDFFF])", 1, inClass);
            case 's': return Append(result, inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]", 1);
            case 'S': return Append(result, $"(?:{Pair}|[^\\t\\n\\f\\r \\uD800-\\uDFFF])", 1, inClass);
            case 'p' or 'P' when at + 2 < pattern.Length && pattern[at + 2] != '{': return Append(result, $"\\{letter}{{{pattern[at + 2]}}}", 2);
            case 'z': return Append(result, "\\z", 1);
            case 'A': return Append(result, "\\A", 1);
            case 'b' or 'B' when !inClass: return Append(result, "\\" + letter, 1);
            case 'Q':
                var end = pattern.IndexOf("\\E", at, StringComparison.Ordinal);
                var literal = end < 0 ? pattern[(at + 2)..] : pattern[(at + 2)..end];
                return Append(result, Regex.Escape(literal), end < 0 ? pattern.Length - at - 1 : end + 1 - at);
            case 'x' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                var close = pattern.IndexOf('}', at);
                if (close < 0 || !int.TryParse(pattern.AsSpan(at + 3, close - at - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
                    throw new FormatException($"error parsing regexp: invalid escape sequence: `{pattern[at..Math.Min(pattern.Length, at + 3)]}`");
                return Append(result, string.Concat(new Rune(code).ToString().Select(static c => FormattableString.Invariant($"\\u{(int)c:x4}"))), close - at);
            case 'Z' or 'G' or 'k' or 'K' or 'c' or 'e' or 'h' or 'H' or 'R' or 'X' or 'N' or 'u' or 'U' or (>= '1' and <= '9'):
                throw new FormatException($"error parsing regexp: invalid escape sequence: `\\{letter}`");
            default:
                result.Append('\\').Append(letter);
                return 1;
        }
    }

    /// <summary>A negated class has no place within another; .NET says it with the category it has, RE2 rarely is asked for it.</summary>
    private static int Append(StringBuilder result, string text, int skipped, bool inClass)
    {
        if (inClass)
            throw new FormatException("error parsing regexp: a negated class within a class is not supported by this server");
        return Append(result, text, skipped);
    }

    private static int Append(StringBuilder result, string text, int skipped)
    {
        result.Append(text);
        return skipped;
    }

    private static int Named(string name, int end, StringBuilder result)
    {
        result.Append(name switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => "\\x00-\\x7F",
            "blank" => "\\t ",
            "cntrl" => "\\x00-\\x1F\\x7F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => "!-/:-@\\[-`{-~",
            "space" => "\\t\\n\\v\\f\\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => throw new FormatException($"error parsing regexp: invalid character class range: `[:{name}:]`"),
        });
        return end + 1;
    }
}
