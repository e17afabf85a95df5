using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>Reads an expression by recursive descent. What is not supported is refused when the CRD is created, not later.</summary>
internal sealed partial class CelParser
{
    private const int MaxLength = 16_384;
    private const int MaxDepth = 100;

    private static readonly string[][] Levels =
        [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">", "in"], ["+", "-"], ["*", "/", "%"]];

    private static readonly HashSet<string> Functions =
        ["size", "startsWith", "endsWith", "contains", "matches", "int", "string", "double", "lowerAscii", "upperAscii", "trim", "isSorted", "sum", "min", "max",
            "find", "findAll", "replace", "split", "join", "indexOf", "lastIndexOf", "charAt", "substring"];

    private static readonly HashSet<string> Macros = ["all", "exists", "exists_one", "existsOne", "map", "filter"];

    private readonly List<string> _tokens;
    private int _at;
    private int _depth;

    private CelParser(List<string> tokens) => _tokens = tokens;

    /// <exception cref="CelException">It does not parse, or uses what is not supported.</exception>
    public static CelExpression Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new CelException($"it is longer than {MaxLength} characters");
        var tokens = new List<string>();
        var end = 0;
        foreach (Match match in Token().Matches(text))
        {
            if (text[end..match.Index].Trim().Length > 0)
                throw new CelException($"'{text[end..match.Index].Trim()}' is not understood");
            tokens.Add(match.Value);
            end = match.Index + match.Length;
        }

        if (text[end..].Trim().Length > 0)
            throw new CelException($"'{text[end..].Trim()}' is not understood");
        var parser = new CelParser(tokens);
        var expression = parser.Ternary();
        return parser.Peek is null ? expression : throw new CelException($"unexpected '{parser.Peek}'");
    }

    private string? Peek => _at < _tokens.Count ? _tokens[_at] : null;

    private string Next() => Peek is { } token ? _tokens[_at++] : throw new CelException("it ends too early");

    private bool Take(string token)
    {
        if (Peek != token)
            return false;
        _at++;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token))
            throw new CelException($"'{token}' is expected{(Peek is null ? " at the end" : $" before '{Peek}'")}");
    }

    private CelExpression Ternary()
    {
        if (++_depth > MaxDepth)
            throw new CelException("it is nested too deeply");
        var condition = Binary(0);
        if (Take("?"))
        {
            var yes = Ternary();
            Expect(":");
            condition = new CelExpression.Choice(condition, yes, Ternary());
        }

        _depth--;
        return condition;
    }

    private CelExpression Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();
        var left = Binary(level + 1);
        while (Peek is { } op && Levels[level].Contains(op))
        {
            Next();
            left = new CelExpression.Call(op, [left, Binary(level + 1)]);
        }

        return left;
    }

    private CelExpression Unary()
    {
        if (Peek is "!" or "-")
        {
            if (++_depth > MaxDepth)
                throw new CelException("it is nested too deeply");
            var op = Next() == "!" ? "not" : "negate";
            var operand = Unary();
            _depth--;
            return new CelExpression.Call(op, [operand]);
        }

        return Postfix(Primary());
    }

    private CelExpression Postfix(CelExpression target)
    {
        while (true)
        {
            if (Take("."))
            {
                var name = Next();
                if (!Identifier().IsMatch(name))
                    throw new CelException($"'{name}' is no name of a field");
                target = Take("(") ? Method(target, name) : new CelExpression.Field(target, Unescape(name));
            }
            else if (Take("["))
            {
                target = new CelExpression.Index(target, Ternary());
                Expect("]");
            }
            else
            {
                return target;
            }
        }
    }

    private CelExpression Method(CelExpression target, string name)
    {
        if (Macros.Contains(name))
        {
            var variable = Next();
            Expect(",");
            var body = Ternary();
            CelExpression? filter = null;
            if (name == "map" && Take(","))
                (filter, body) = (body, Ternary());
            Expect(")");
            return new CelExpression.Macro(name, target, variable, body, filter);
        }

        return new CelExpression.Call(Known(name), [target, .. Arguments()]);
    }

    private CelExpression Primary()
    {
        var token = Next();
        switch (token)
        {
            case "(":
                var inner = Ternary();
                Expect(")");
                return inner;
            case "[":
                var items = new List<CelExpression>();
                while (!Take("]"))
                {
                    items.Add(Ternary());
                    if (Peek != "]")
                        Expect(",");
                }

                return new CelExpression.ListOf(items);
            case "true" or "false":
                return new CelExpression.Literal(token == "true");
            case "null":
                return new CelExpression.Literal(null);
        }

        if (token[0] is '\'' or '"')
            return new CelExpression.Literal(Unescaped(token[1..^1]));
        if (token.Length > 2 && token[0] is 'r' or 'R' && token[1] is '\'' or '"')
            return new CelExpression.Literal(token[2..^1]);
        if (char.IsAsciiDigit(token[0]))
        {
            return new CelExpression.Literal(long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                ? (object)whole
                : double.Parse(token, CultureInfo.InvariantCulture));
        }

        if (!Identifier().IsMatch(token))
            throw new CelException($"unexpected '{token}'");
        if (!Take("("))
            return new CelExpression.Variable(token);
        if (token == "has")
        {
            var of = Ternary() as CelExpression.Field ?? throw new CelException("has() takes a field, such as has(self.a)");
            Expect(")");
            return new CelExpression.Has(of);
        }

        return new CelExpression.Call(Known(token), Arguments());
    }

    private List<CelExpression> Arguments()
    {
        var arguments = new List<CelExpression>();
        while (!Take(")"))
        {
            arguments.Add(Ternary());
            if (Peek != ")")
                Expect(",");
        }

        return arguments;
    }

    private static string Unescaped(string text)
    {
        try
        {
            return Regex.Unescape(text);
        }
        catch (ArgumentException e)
        {
            throw new CelException($"'{text}' is no string: {e.Message}");
        }
    }

    private static string Known(string function) =>
        Functions.Contains(function) ? function : throw new CelException($"the function {function}() is not supported by this server");

    /// <summary>Names that CEL cannot spell are escaped in rules, such as <c>self.__namespace__</c> and <c>self.a__dash__b</c>.</summary>
    private static string Unescape(string name) =>
        (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) ? name[2..^2] : name)
            .Replace("__dash__", "-", StringComparison.Ordinal).Replace("__dot__", ".", StringComparison.Ordinal)
            .Replace("__slash__", "/", StringComparison.Ordinal);

    [GeneratedRegex(@"[rR]'[^']*'|[rR]""[^""]*""|'(?:[^'\\]|\\.)*'|""(?:[^""\\]|\\.)*""|\d+\.\d+|\d+|[A-Za-z_][A-Za-z0-9_]*|\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]]")]
    private static partial Regex Token();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Identifier();
}
