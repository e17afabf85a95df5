namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>Reads an expression by recursive descent. A function that does not exist is refused when the CRD is written, not later.</summary>
internal sealed class CelParser
{
    private const int MaxLength = 16_384;
    private const int MaxDepth = 100;

    private static readonly string[][] Levels =
        [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">", "in"], ["+", "-"], ["*", "/", "%"]];

    private static readonly HashSet<string> Macros =
        ["all", "exists", "exists_one", "existsOne", "map", "filter", "transformList", "transformMap", "optMap", "optFlatMap"];

    /// <summary>What stands before the dot of a function that is no method.</summary>
    private static readonly HashSet<string> Spaces = ["sets", "format", "optional", "cel", "ip", "cidr", "math", "strings", "jsonpatch"];

    private readonly List<CelToken> _tokens;
    private int _at;
    private int _depth;

    private CelParser(List<CelToken> tokens) => _tokens = tokens;

    private CelToken? Peek => _at < _tokens.Count ? _tokens[_at] : null;

    /// <exception cref="CelException">It does not parse, or calls a function that does not exist.</exception>
    public static CelExpression Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new CelException($"it is longer than {MaxLength} characters");
        var parser = new CelParser(new CelLexer(text).Tokens());
        var expression = parser.Ternary();
        return parser.Peek is { } rest ? throw new CelException($"unexpected '{rest.Text}'") : expression;
    }

    private CelToken Next() => Peek is { } token ? _tokens[_at++] : throw new CelException("it ends too early");

    private bool Is(string symbol) => Peek is { Kind: CelTokenKind.Symbol } token && token.Text == symbol;

    private bool Take(string symbol)
    {
        if (!Is(symbol))
            return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol))
            throw new CelException($"'{symbol}' is expected{(Peek is { } token ? $" before '{token.Text}'" : " at the end")}");
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
        while (Peek is { Kind: CelTokenKind.Symbol or CelTokenKind.Name } op && Levels[level].Contains(op.Text))
        {
            Next();
            left = new CelExpression.Call(op.Text, [left, Binary(level + 1)]);
        }

        return left;
    }

    private CelExpression Unary()
    {
        if (!Is("!") && !Is("-"))
            return Postfix(Primary());
        if (++_depth > MaxDepth)
            throw new CelException("it is nested too deeply");
        var op = Next().Text == "!" ? "not" : "negate";
        var operand = Unary();
        _depth--;
        return op == "negate" && operand is CelExpression.Literal { Value: long.MinValue }
            ? operand
            : new CelExpression.Call(op, [operand]);
    }

    private CelExpression Postfix(CelExpression target)
    {
        while (true)
        {
            if (Take("."))
            {
                var isOptional = Take("?");
                var name = Name();
                target = !isOptional && Take("(") ? Method(target, name) : new CelExpression.Field(target, Unescape(name), isOptional);
            }
            else if (Take("["))
            {
                var isOptional = Take("?");
                target = new CelExpression.Index(target, Ternary(), isOptional);
                Expect("]");
            }
            else if (Is("{") && TypeName(target) is { } type)
            {
                target = Construct(type);
            }
            else
            {
                return target;
            }
        }
    }

    /// <summary>The name of a type that an expression may be read as; null for what is none.</summary>
    private static string? TypeName(CelExpression expression) => expression switch
    {
        CelExpression.Variable variable => variable.Name,
        CelExpression.Field { IsOptional: false } field when TypeName(field.Target) is { } outer => $"{outer}.{field.Name}",
        _ => null,
    };

    private CelExpression.Construct Construct(string type)
    {
        Expect("{");
        var fields = new List<CelExpression.ConstructField>();
        while (!Take("}"))
        {
            var isOptional = Take("?");
            var name = Unescape(Name());
            Expect(":");
            fields.Add(new(name, Ternary(), isOptional));
            if (!Is("}"))
                Expect(",");
        }

        return new CelExpression.Construct(type, fields);
    }

    private string Name() => Next() is { Kind: CelTokenKind.Name } name ? name.Text : throw new CelException($"'{_tokens[_at - 1].Text}' is not a name");

    private CelExpression Method(CelExpression target, string name)
    {
        if (target is CelExpression.Variable space && Spaces.Contains(space.Name))
        {
            if (space.Name == "cel" && name == "bind")
                return Bind();
            return new CelExpression.Call(Known($"{space.Name}.{name}"), Arguments());
        }

        if (Macros.Contains(name))
            return Macro(target, name);
        return new CelExpression.Call(Known(name), [target, .. Arguments()]);
    }

    private CelExpression.Macro Bind()
    {
        var name = Name();
        Expect(",");
        var value = Ternary();
        Expect(",");
        var body = Ternary();
        Expect(")");
        return new CelExpression.Macro("bind", value, [name], body);
    }

    private CelExpression.Macro Macro(CelExpression target, string name)
    {
        var arguments = Arguments();
        List<string> variables = [.. arguments.TakeWhile((argument, index) => argument is CelExpression.Variable && index < 2 && index < arguments.Count - 1)
            .Select(static argument => ((CelExpression.Variable)argument).Name)];

        // The second argument of map() is a filter or the result, whatever it looks like; and of the others it is the body, unless one more follows.
        if (name is "map" or "optMap" or "optFlatMap" or "filter" || arguments.Count == 2)
            variables = [.. variables.Take(1)];
        var bodies = arguments[variables.Count..];
        if (variables.Count == 0 || bodies.Count is 0 or > 2 || (bodies.Count == 2 && name is not ("map" or "transformList" or "transformMap")))
            throw new CelException($"{name}() takes a variable and what to do with it");
        return new CelExpression.Macro(name, target, variables, bodies[^1], bodies.Count == 2 ? bodies[0] : null);
    }

    private CelExpression Primary()
    {
        var token = Next();
        switch (token.Kind)
        {
            case CelTokenKind.Text:
                return new CelExpression.Literal(token.Text);
            case CelTokenKind.Bytes or CelTokenKind.Number:
                return new CelExpression.Literal(token.Value);
            case CelTokenKind.Name:
                return Named(token.Text);
        }

        switch (token.Text)
        {
            case "(":
                var inner = Ternary();
                Expect(")");
                return inner;
            case "[":
                return new CelExpression.ListOf(Until("]"));
            case "{":
                return Map();
            case ".":
                return Named(Name());
            default:
                throw new CelException($"unexpected '{token.Text}'");
        }
    }

    private CelExpression.MapOf Map()
    {
        var entries = new List<KeyValuePair<CelExpression, CelExpression>>();
        while (!Take("}"))
        {
            var key = Ternary();
            Expect(":");
            entries.Add(new(key, Ternary()));
            if (!Is("}"))
                Expect(",");
        }

        return new CelExpression.MapOf(entries);
    }

    private CelExpression Named(string name)
    {
        switch (name)
        {
            case "true" or "false":
                return new CelExpression.Literal(name == "true");
            case "null":
                return new CelExpression.Literal(null);
            case "has" when Take("("):
                var of = Ternary() as CelExpression.Field ?? throw new CelException("has() takes a field, such as has(self.a)");
                Expect(")");
                return new CelExpression.Has(of);
        }

        return Take("(") ? new CelExpression.Call(Known(name), Arguments()) : new CelExpression.Variable(name);
    }

    private List<CelExpression> Arguments() => Until(")");

    private List<CelExpression> Until(string end)
    {
        var items = new List<CelExpression>();
        while (!Take(end))
        {
            items.Add(Ternary());
            if (!Is(end))
                Expect(",");
        }

        return items;
    }

    private static string Known(string function) =>
        CelFunctions.Exists(function) ? function : throw new CelException($"undeclared reference to '{function}'");

    /// <summary>Names that CEL cannot spell are escaped in rules, such as <c>self.__namespace__</c> and <c>self.a__dash__b</c>.</summary>
    private static string Unescape(string name) =>
        (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) ? name[2..^2] : name)
            .Replace("__underscores__", "__", StringComparison.Ordinal)
            .Replace("__dash__", "-", StringComparison.Ordinal).Replace("__dot__", ".", StringComparison.Ordinal)
            .Replace("__slash__", "/", StringComparison.Ordinal);
}
