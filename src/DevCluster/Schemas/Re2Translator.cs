using System.Globalization;
using System.Text;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>
/// Writes a pattern of RE2 as one of .NET that matches the same texts. RE2 sees code points where .NET sees UTF-16: what may be any code
/// point becomes one character of the first plane, or a surrogate pair.
/// </summary>
internal sealed class Re2Translator
{
    /// <summary>A code point beyond the first plane.</summary>
    private const string Pair = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]";

    private const string Surrogates = "\\uD800-\\uDFFF";
    private const int MaxRepeat = 1000;

    private readonly string _pattern;
    private readonly StringBuilder _result;

    /// <summary>Whether the dot matches line feeds, and whether <c>$</c> matches before them, in each open group.</summary>
    private readonly Stack<(bool DotAll, bool Multiline)> _groups = new();

    private bool _dotAll;
    private bool _multiline;
    private int _at;

    private Re2Translator(string pattern)
    {
        _pattern = pattern;
        _result = new StringBuilder(pattern.Length + 16);
    }

    private ReadOnlySpan<char> Rest => _pattern.AsSpan(_at);

    /// <exception cref="FormatException">RE2 would not take it.</exception>
    public static string Translate(string pattern)
    {
        var translator = new Re2Translator(pattern);
        while (translator._at < pattern.Length)
            translator.Next();
        return translator._result.ToString();
    }

    private static FormatException Error(string what, ReadOnlySpan<char> where) => new($"error parsing regexp: {what}: `{where}`");

    private void Next()
    {
        switch (_pattern[_at])
        {
            case '\\':
                Escape();
                break;
            case '[':
                new Re2Class(_pattern, _at).Write(_result, out _at);
                break;
            case '(':
                Open();
                break;
            case ')':
                if (_groups.TryPop(out var outer))
                    (_dotAll, _multiline) = outer;
                Copy(1);
                break;
            case '.':
                _result.Append($"(?:{Pair}|[^{(_dotAll ? "" : "\\n")}{Surrogates}])");
                _at++;
                break;
            case '$':
                _result.Append(_multiline ? "$" : "\\z");
                _at++;
                break;
            case '{':
                Repeat();
                break;
            default:
                Copy(char.IsHighSurrogate(_pattern[_at]) && _at + 1 < _pattern.Length ? Quantified() : 1);
                break;
        }
    }

    /// <summary>A surrogate pair is one thing to repeat.</summary>
    private int Quantified()
    {
        _result.Append("(?:").Append(_pattern, _at, 2).Append(')');
        _at += 2;
        return 0;
    }

    private void Copy(int length)
    {
        _result.Append(_pattern, _at, length);
        _at += length;
    }

    private void Open()
    {
        if (!Rest.StartsWith("(?"))
        {
            _groups.Push((_dotAll, _multiline));
            Copy(1);
            return;
        }

        if (Rest.StartsWith("(?P<") || (Rest.StartsWith("(?<") && Rest is not ['(', '?', '<', '=' or '!', ..]))
        {
            var start = Rest.IndexOf('<') + 1;
            var end = Rest.IndexOf('>');
            if (end < start + 1 || !Rest[start..end].ToString().All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                throw Error("invalid named capture", Rest);
            _groups.Push((_dotAll, _multiline));
            _result.Append("(?<").Append(Rest[start..(end + 1)]);
            _at += end + 1;
            return;
        }

        Flags();
    }

    /// <summary><c>(?i)</c> and <c>(?i:…)</c>.</summary>
    private void Flags()
    {
        var length = Rest[2..].IndexOfAnyExcept("imsU-") + 2;
        if (length < 2 || Rest[length] is not (':' or ')') || (Rest[length] == ')' && length == 2))
            throw Error("invalid or unsupported Perl syntax", Rest[..Math.Min(Rest.Length, Rest is ['(', '?', '<', ..] ? 4 : 3)]);
        if (Rest[length] == ':')
            _groups.Push((_dotAll, _multiline));
        var flags = Rest[2..length].ToString();
        var isOn = true;
        foreach (var flag in flags)
        {
            isOn = flag != '-' && isOn;
            _dotAll = flag == 's' ? isOn : _dotAll;
            _multiline = flag == 'm' ? isOn : _multiline;
        }

        // Greediness is of no interest to who asks for a match only.
        _result.Append("(?").Append(flags.Replace("U", "", StringComparison.Ordinal).TrimEnd('-')).Append(Rest[length]);
        if (_result is { Length: >= 3 } && _result[^1] == ')' && _result[^2] == '?')
            _result.Length -= 3;
        _at += length + 1;
    }

    private void Repeat()
    {
        var end = Rest.IndexOf('}');
        var counts = end < 0 ? [] : Rest[1..end].ToString().Split(',');
        if (counts.Any(static count => int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > MaxRepeat))
            throw Error("invalid repeat count", Rest[..(end + 1)]);
        Copy(1);
    }

    private void Escape()
    {
        if (_at + 1 == _pattern.Length)
            throw new FormatException("error parsing regexp: trailing backslash at end of expression: ``");
        switch (_pattern[_at + 1])
        {
            case 'z' or 'A' or 'b' or 'B':
                Copy(2);
                break;
            case 'Q':
                var end = _pattern.IndexOf("\\E", _at, StringComparison.Ordinal);
                _result.Append(System.Text.RegularExpressions.Regex.Escape(end < 0 ? _pattern[(_at + 2)..] : _pattern[(_at + 2)..end]));
                _at = end < 0 ? _pattern.Length : end + 2;
                break;
            default:
                new Re2Class(_pattern, _at).WriteSingle(_result, out _at);
                break;
        }
    }
}
