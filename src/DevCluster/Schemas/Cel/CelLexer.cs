using System.Globalization;
using System.Text;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>What a token of an expression is.</summary>
internal enum CelTokenKind
{
    /// <summary>The name of a variable, field or function, or a word such as <c>true</c>.</summary>
    Name,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A sequence of bytes.</summary>
    Bytes,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator or a bracket.</summary>
    Symbol,
}

/// <summary>A token of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name or symbol as written; the value of a string.</param>
/// <param name="Value">The value of a number or of bytes.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, object? Value = null);

/// <summary>Divides an expression into tokens (cel-spec, "Syntax").</summary>
internal sealed class CelLexer(string text)
{
    private static readonly string[] Symbols = ["||", "&&", "==", "!=", "<=", ">=", "-", "+", "*", "/", "%", "<", ">", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    private int _at;

    /// <exception cref="CelException">A character or a literal is not part of the language.</exception>
    public List<CelToken> Tokens()
    {
        var tokens = new List<CelToken>();
        while (SkipBlanks())
            tokens.Add(Next());
        return tokens;
    }

    private bool SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at]))
                _at++;
            else if (text.AsSpan(_at).StartsWith("//", StringComparison.Ordinal))
                _at = text.IndexOf('\n', _at) is var end and >= 0 ? end : text.Length;
            else
                return true;
        }

        return false;
    }

    private CelToken Next()
    {
        var start = text[_at];
        if (start is '\'' or '"')
            return new CelToken(CelTokenKind.Text, Quoted(isRaw: false));
        if (char.IsAsciiDigit(start) || (start == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
            return Number();
        if (char.IsAsciiLetter(start) || start == '_')
            return Name();
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) == 0)
            {
                _at += symbol.Length;
                return new CelToken(CelTokenKind.Symbol, symbol);
            }
        }

        throw new CelException($"token recognition error at: '{start}'");
    }

    private CelToken Name()
    {
        var from = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
            _at++;
        var name = text[from.._at];
        if (_at == text.Length || text[_at] is not ('\'' or '"') || name.ToLowerInvariant() is not ("r" or "b" or "br" or "rb"))
            return new CelToken(CelTokenKind.Name, name);
        var quoted = Quoted(isRaw: name.Contains('r', StringComparison.OrdinalIgnoreCase));
        return name.Contains('b', StringComparison.OrdinalIgnoreCase)
            ? new CelToken(CelTokenKind.Bytes, quoted, new CelBytes(Encoding.UTF8.GetBytes(quoted)))
            : new CelToken(CelTokenKind.Text, quoted);
    }

    private CelToken Number()
    {
        var from = _at;
        if (text.AsSpan(_at).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at]))
                _at++;
            var digits = text[(from + 2).._at];
            Skip('u');
            return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? new CelToken(CelTokenKind.Number, text[from.._at], hex)
                : throw new CelException("invalid int literal");
        }

        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || IsFraction() || IsExponent()))
            _at++;
        var literal = text[from.._at];
        if (Skip('u') || !literal.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            // One more than the largest number is the smallest one without its sign.
            return long.TryParse(literal, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? new CelToken(CelTokenKind.Number, literal, whole)
                : literal == "9223372036854775808" ? new CelToken(CelTokenKind.Number, literal, long.MinValue)
                : throw new CelException("invalid int literal");
        }

        return new CelToken(CelTokenKind.Number, literal, double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private bool Skip(char letter)
    {
        if (_at == text.Length || char.ToLowerInvariant(text[_at]) != letter)
            return false;
        _at++;
        return true;
    }

    private bool IsFraction() => text[_at] == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]);

    private bool IsExponent()
    {
        if (text[_at] is not ('e' or 'E'))
            return false;
        var next = _at + 1;
        if (next < text.Length && text[next] is '+' or '-')
            next++;
        if (next == text.Length || !char.IsAsciiDigit(text[next]))
            return false;
        _at = next - 1;
        return true;
    }

    private string Quoted(bool isRaw)
    {
        var quote = text[_at].ToString();
        if (text.AsSpan(_at).StartsWith(quote + quote + quote, StringComparison.Ordinal))
            quote += quote + quote;
        _at += quote.Length;
        var value = new StringBuilder();
        while (true)
        {
            if (_at >= text.Length || (quote.Length == 1 && text[_at] is '\n' or '\r'))
                throw new CelException("a string does not end");
            if (text.AsSpan(_at).StartsWith(quote, StringComparison.Ordinal))
            {
                _at += quote.Length;
                return value.ToString();
            }

            if (text[_at] == '\\' && !isRaw)
                Escape(value);
            else
                value.Append(text[_at++]);
        }
    }

    private void Escape(StringBuilder value)
    {
        var letter = _at + 1 < text.Length ? text[_at + 1] : '\0';
        _at += 2;
        switch (letter)
        {
            case 'a': value.Append('\a'); break;
            case 'b': value.Append('\b'); break;
            case 'f': value.Append('\f'); break;
            case 'n': value.Append('\n'); break;
            case 'r': value.Append('\r'); break;
            case 't': value.Append('\t'); break;
            case 'v': value.Append('\v'); break;
            case '\\' or '?' or '"' or '\'' or '`': value.Append(letter); break;
            case 'x' or 'X': Code(value, 2, 16); break;
            case 'u': Code(value, 4, 16); break;
            case 'U': Code(value, 8, 16); break;
            case >= '0' and <= '3':
                _at--;
                Code(value, 3, 8);
                break;
            default: throw new CelException($"'\\{letter}' is not an escape sequence");
        }
    }

    private void Code(StringBuilder value, int length, int radix)
    {
        var digits = _at + length <= text.Length ? text.Substring(_at, length) : "";
        _at += length;
        try
        {
            value.Append(new Rune(Convert.ToInt32(digits, radix)));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new CelException($"'{digits}' is not the code of a character");
        }
    }
}
