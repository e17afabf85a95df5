using System.Globalization;
using System.Text;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>A class of characters, or an escape that stands for one, of a pattern of RE2.</summary>
internal sealed class Re2Class
{
    private const string Pair = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]";
    private const string Surrogates = "\\uD800-\\uDFFF";
    private const int LastOfFirstPlane = 0xFFFF;

    /// <summary>What .NET knows no name for: the scripts that patterns ask for, by their blocks.</summary>
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["Arabic"] = "\\u0600-\\u06FF\\u0750-\\u077F\\u08A0-\\u08FF\\uFB50-\\uFDFF\\uFE70-\\uFEFC",
        ["Armenian"] = "\\u0530-\\u058F\\uFB13-\\uFB17",
        ["Bengali"] = "\\u0980-\\u09FF",
        ["Bopomofo"] = "\\u02EA-\\u02EB\\u3105-\\u312F\\u31A0-\\u31BF",
        ["Cyrillic"] = "\\u0400-\\u052F\\u1C80-\\u1C88\\u1D2B\\u1D78\\u2DE0-\\u2DFF\\uA640-\\uA69F",
        ["Devanagari"] = "\\u0900-\\u0950\\u0955-\\u0963\\u0966-\\u097F\\uA8E0-\\uA8FF",
        ["Ethiopic"] = "\\u1200-\\u139F\\u2D80-\\u2DDF\\uAB01-\\uAB2E",
        ["Georgian"] = "\\u10A0-\\u10FA\\u10FC-\\u10FF\\u1C90-\\u1CBF\\u2D00-\\u2D2D",
        ["Greek"] = "\\u0370-\\u0373\\u0375-\\u0377\\u037A-\\u037D\\u037F\\u0384\\u0386\\u0388-\\u03E1\\u03F0-\\u03FF\\u1D26-\\u1D2A\\u1F00-\\u1FFE\\u2126",
        ["Gujarati"] = "\\u0A80-\\u0AFF",
        ["Han"] = "\\u2E80-\\u2FD5\\u3005\\u3007\\u3021-\\u3029\\u3038-\\u303B\\u3400-\\u4DBF\\u4E00-\\u9FFF\\uF900-\\uFAD9",
        ["Hangul"] = "\\u1100-\\u11FF\\u302E-\\u302F\\u3131-\\u318E\\u3200-\\u321E\\u3260-\\u327E\\uA960-\\uA97C\\uAC00-\\uD7FB\\uFFA0-\\uFFDC",
        ["Hebrew"] = "\\u0591-\\u05F4\\uFB1D-\\uFB4F",
        ["Hiragana"] = "\\u3041-\\u3096\\u309D-\\u309F",
        ["Katakana"] = "\\u30A1-\\u30FA\\u30FD-\\u30FF\\u31F0-\\u31FF\\u32D0-\\u32FE\\u3300-\\u3357\\uFF66-\\uFF9D",
        ["Khmer"] = "\\u1780-\\u17F9\\u19E0-\\u19FF",
        ["Lao"] = "\\u0E81-\\u0EDF",
        ["Latin"] = "A-Za-z\\u00AA\\u00BA\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02B8\\u02E0-\\u02E4\\u1D00-\\u1D25\\u1D2C-\\u1D5C\\u1D62-\\u1D65\\u1D6B-\\u1D77\\u1D79-\\u1DBE\\u1E00-\\u1EFF\\u2071\\u207F\\u2090-\\u209C\\u212A-\\u212B\\u2C60-\\u2C7F\\uA722-\\uA787\\uA78B-\\uA7FF\\uAB30-\\uAB64\\uFB00-\\uFB06\\uFF21-\\uFF3A\\uFF41-\\uFF5A",
        ["Mongolian"] = "\\u1800-\\u1801\\u1804\\u1806-\\u18AA",
        ["Tamil"] = "\\u0B82-\\u0BFA",
        ["Telugu"] = "\\u0C00-\\u0C7F",
        ["Thai"] = "\\u0E01-\\u0E3A\\u0E40-\\u0E5B",
        ["Tibetan"] = "\\u0F00-\\u0FD4\\u0FD9-\\u0FDA",
    };

    private static readonly HashSet<string> Categories =
    [
        "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
        "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
    ];

    private readonly StringBuilder _items = new();

    /// <summary>Code points beyond the first plane.</summary>
    private readonly List<(int From, int To)> _beyond = [];

    private readonly string _pattern;
    private readonly int _start;
    private int _at;

    /// <param name="pattern">The pattern.</param>
    /// <param name="start">Where the class begins.</param>
    public Re2Class(string pattern, int start) => (_pattern, _start, _at) = (pattern, start, start);

    /// <summary>Writes the class in brackets that begins here.</summary>
    /// <exception cref="FormatException">RE2 would not take it.</exception>
    public void Write(StringBuilder result, out int end)
    {
        _at++;
        var isNegated = Take('^');
        for (var isFirst = true; isFirst || Current != ']'; isFirst = false)
        {
            if (_at == _pattern.Length)
                throw new FormatException($"error parsing regexp: missing closing ]: `{_pattern[_start..]}`");
            Item();
        }

        end = _at + 1;
        Finish(isNegated, result);
    }

    /// <summary>Writes the escape that begins here, outside of brackets.</summary>
    /// <exception cref="FormatException">RE2 would not take it.</exception>
    public void WriteSingle(StringBuilder result, out int end)
    {
        if (!Named())
            Character(Escaped());
        end = _at;
        Finish(isNegated: false, result);
    }

    private char Current => _at < _pattern.Length ? _pattern[_at] : '\0';

    private bool Take(char c)
    {
        if (Current != c || _at == _pattern.Length)
            return false;
        _at++;
        return true;
    }

    private void Finish(bool isNegated, StringBuilder result)
    {
        var beyond = isNegated ? Others(_beyond) : _beyond;
        var pairs = beyond.Select(static range => range is (0x10000, 0x10FFFF) ? Pair : Pairs(range.From, range.To)).ToList();
        var first = isNegated ? $"[^{_items}{Surrogates}]" : _items.Length > 0 ? $"[{_items}]" : null;
        if (first is not null)
            pairs.Add(first);
        result.Append(pairs.Count == 1 && first is not null ? first : $"(?:{string.Join('|', pairs)})");
    }

    private void Item()
    {
        var rest = _pattern.AsSpan(_at);
        if (rest.StartsWith("[:") && rest.IndexOf(":]") is var end and > 0)
        {
            Posix(rest[2..end].ToString());
            _at += end + 2;
            return;
        }

        if (Current == '\\' && Named())
            return;
        var from = One();
        if (Current != '-' || _at + 1 >= _pattern.Length || _pattern[_at + 1] == ']')
        {
            Character(from);
            return;
        }

        var begin = _at;
        _at++;
        var to = One();
        if (to < from)
            throw new FormatException($"error parsing regexp: invalid character class range: `{new Rune(from)}{_pattern[begin.._at]}`");
        Range(from, to);
    }

    private int One()
    {
        if (Current == '\\')
            return Escaped();
        if (!Rune.TryGetRuneAt(_pattern, _at, out var rune))
            throw new FormatException("error parsing regexp: invalid UTF-8");
        _at += rune.Utf16SequenceLength;
        return rune.Value;
    }

    private void Character(int code) => Range(code, code);

    private void Range(int from, int to)
    {
        if (from <= LastOfFirstPlane)
            _items.Append(from == to ? Code(from) : $"{Code(from)}-{Code(Math.Min(to, LastOfFirstPlane))}");
        if (to > LastOfFirstPlane)
            _beyond.Add((Math.Max(from, LastOfFirstPlane + 1), to));
    }

    private static string Code(int code) => FormattableString.Invariant($"\\u{code:X4}");

    /// <summary>An escape that stands for many characters; false when it is none.</summary>
    private bool Named()
    {
        if (_at + 1 >= _pattern.Length)
            return false;
        switch (_pattern[_at + 1])
        {
            // RE2's classes are those of ASCII.
            case 'd': return Add("0-9", 2);
            case 'w': return Add("0-9A-Za-z_", 2);
            case 's': return Add("\\t\\n\\f\\r ", 2);
            case 'D': return AddOthers("\\u0000-/:-\\uD7FF\\uE000-\\uFFFF", 2);
            case 'W': return AddOthers("\\u0000-/:-@\\[-^`{-\\uD7FF\\uE000-\\uFFFF", 2);
            case 'S': return AddOthers("\\u0000-\\u0008\\u000B\\u000E-\\u001F!-\\uD7FF\\uE000-\\uFFFF", 2);
            case 'p' or 'P': return Property();
            default: return false;
        }
    }

    private bool Add(string items, int length)
    {
        _items.Append(items);
        _at += length;
        return true;
    }

    private bool AddOthers(string items, int length)
    {
        _beyond.Add((LastOfFirstPlane + 1, 0x10FFFF));
        return Add(items, length);
    }

    /// <summary><c>\pL</c>, <c>\p{Greek}</c>, <c>\P{Lu}</c>, <c>\p{^L}</c>. Of the planes beyond the first, only what is negated has them.</summary>
    private bool Property()
    {
        var close = _at + 2 < _pattern.Length && _pattern[_at + 2] == '{' ? _pattern.IndexOf('}', _at) : _at + 2;
        if (close < 0 || close >= _pattern.Length)
            throw new FormatException($"error parsing regexp: invalid character class range: `{_pattern[_at..]}`");
        var name = _pattern[(close == _at + 2 ? close : _at + 3)..(close == _at + 2 ? close + 1 : close)];
        var isNegated = _pattern[_at + 1] == 'P' != name.StartsWith('^');
        var known = name.TrimStart('^');
        var length = close + 1 - _at;
        if (known == "Any")
            return isNegated ? Add("", length) : AddOthers("\\u0000-\\uD7FF\\uE000-\\uFFFF", length);
        if (Categories.Contains(known))
            return isNegated ? AddOthers($"\\P{{{known}}}", length) : Add($"\\p{{{known}}}", length);
        if (Scripts.TryGetValue(known, out var ranges))
            return isNegated ? AddOthers(Complement(ranges), length) : Add(ranges, length);
        throw new FormatException($"error parsing regexp: invalid character class range: `{_pattern[_at..(close + 1)]}`");
    }

    /// <summary>What a list of ranges of the first plane leaves out.</summary>
    private static string Complement(string ranges)
    {
        var result = new StringBuilder();
        var next = 0;
        foreach (var (from, to) in Parsed(ranges).Append((0xD800, 0xDFFF)).Order())
        {
            if (from > next)
                result.Append(Code(next)).Append('-').Append(Code(from - 1));
            next = Math.Max(next, to + 1);
        }

        return result.Append(Code(next)).Append('-').Append(Code(LastOfFirstPlane)).ToString();
    }

    private static IEnumerable<(int From, int To)> Parsed(string ranges)
    {
        var at = 0;
        while (at < ranges.Length)
        {
            var from = Read(ranges, ref at);
            var to = from;
            if (at < ranges.Length && ranges[at] == '-')
            {
                at++;
                to = Read(ranges, ref at);
            }

            yield return (from, to);
        }
    }

    private static int Read(string ranges, ref int at)
    {
        if (ranges[at] != '\\')
            return ranges[at++];
        at += 6;
        return int.Parse(ranges.AsSpan(at - 4, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private int Escaped()
    {
        var letter = _at + 1 < _pattern.Length ? _pattern[_at + 1] : throw new FormatException("error parsing regexp: trailing backslash at end of expression: ``");
        _at += 2;
        switch (letter)
        {
            case 'a': return 7;
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case 'x': return Hexadecimal();
            case '0' or (>= '1' and <= '7') when letter == '0' || (Current is >= '0' and <= '7'):
                var code = letter - '0';
                for (var i = 0; i < 2 && Current is >= '0' and <= '7'; i++)
                    code = (code * 8) + _pattern[_at++] - '0';
                return code;
            case > '\u007f' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9'):
                throw new FormatException($"error parsing regexp: invalid escape sequence: `\\{letter}`");
            default:
                return letter;
        }
    }

    private int Hexadecimal()
    {
        var end = Current == '{' ? _pattern.IndexOf('}', _at) : Math.Min(_at + 2, _pattern.Length);
        var begin = Current == '{' ? _at + 1 : _at;
        if (end < begin || !int.TryParse(_pattern.AsSpan(begin, end - begin), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > 0x10FFFF)
            throw new FormatException($"error parsing regexp: invalid escape sequence: `{_pattern[(_at - 2)..Math.Min(_pattern.Length, _at + 1)]}`");
        _at = Current == '{' ? end + 1 : end;
        return code;
    }

    private void Posix(string name)
    {
        var isNegated = name.StartsWith('^');
        var ranges = name.TrimStart('^') switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => "\\u0000-\\u007F",
            "blank" => "\\u0009 ",
            "cntrl" => "\\u0000-\\u001F\\u007F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => "!-/:-@\\u005B-`{-~",
            "space" => "\\u0009-\\u000D ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => throw new FormatException($"error parsing regexp: invalid character class range: `[:{name}:]`"),
        };
        if (isNegated)
            AddOthers(Complement(ranges), 0);
        else
            Add(ranges, 0);
    }

    private static List<(int From, int To)> Others(List<(int From, int To)> ranges)
    {
        var others = new List<(int, int)>();
        var next = LastOfFirstPlane + 1;
        foreach (var (from, to) in ranges.Order())
        {
            if (from > next)
                others.Add((next, from - 1));
            next = Math.Max(next, to + 1);
        }

        if (next <= 0x10FFFF)
            others.Add((next, 0x10FFFF));
        return others;
    }

    /// <summary>A range beyond the first plane as surrogate pairs.</summary>
    private static string Pairs(int from, int to)
    {
        static (int High, int Low) Split(int code) => (0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF));
        var ((firstHigh, firstLow), (lastHigh, lastLow)) = (Split(from), Split(to));
        if (firstHigh == lastHigh)
            return $"{Code(firstHigh)}[{Code(firstLow)}-{Code(lastLow)}]";
        var parts = new List<string> { $"{Code(firstHigh)}[{Code(firstLow)}-\\uDFFF]", $"{Code(lastHigh)}[\\uDC00-{Code(lastLow)}]" };
        if (lastHigh - firstHigh > 1)
            parts.Add($"[{Code(firstHigh + 1)}-{Code(lastHigh - 1)}][\\uDC00-\\uDFFF]");
        return $"(?:{string.Join('|', parts)})";
    }
}
