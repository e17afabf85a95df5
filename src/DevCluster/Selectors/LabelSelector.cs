using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Selectors;

/// <summary>A label selector such as <c>tier=gold,n in (1,2),!old</c> (apimachinery, <c>labels.Parse</c>).</summary>
internal sealed class LabelSelector
{
    private readonly List<Requirement> _requirements = [];

    public bool IsEmpty => _requirements.Count == 0;

    /// <exception cref="ApiException">400: it does not parse.</exception>
    public static LabelSelector Parse(string? text)
    {
        var selector = new LabelSelector();
        if (string.IsNullOrWhiteSpace(text))
            return selector;
        var tokens = new Tokens(text);
        do
        {
            selector._requirements.Add(tokens.Requirement());
        }
        while (tokens.Take(","));
        if (tokens.Peek() is { } rest)
            throw Error($"found '{rest}', expected: ',' or 'end of string'");
        return selector;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => _requirements.TrueForAll(r => r.Matches(labels));

    private static ApiException Error(string why) => ApiErrors.BadRequest("unable to parse requirement: " + why);

    private readonly record struct Requirement(string Key, string Operator, string[] Values)
    {
        public bool Matches(IReadOnlyDictionary<string, string> labels)
        {
            var has = labels.TryGetValue(Key, out var value);
            return Operator switch
            {
                "exists" => has,
                "!" => !has,
                "in" => has && Values.Contains(value),
                "notin" => !has || !Values.Contains(value),
                "gt" => has && long.TryParse(value, out var l) && l > long.Parse(Values[0], System.Globalization.CultureInfo.InvariantCulture),
                _ => has && long.TryParse(value, out var l) && l < long.Parse(Values[0], System.Globalization.CultureInfo.InvariantCulture),
            };
        }
    }

    /// <summary>The text cut into words and operators.</summary>
    private sealed class Tokens(string text)
    {
        private const string Special = "=!(),<>";
        private int _at;

        public string? Peek()
        {
            var at = _at;
            var token = Next();
            _at = at;
            return token;
        }

        public bool Take(string token)
        {
            var at = _at;
            if (Next() == token)
                return true;
            _at = at;
            return false;
        }

        public Requirement Requirement()
        {
            if (Take("!"))
                return new Requirement(Word("identifier"), "!", []);
            var key = Word("identifier");
            switch (Peek())
            {
                case null or ",":
                    return new Requirement(key, "exists", []);
                case "=" or "==":
                    Next();
                    return new Requirement(key, "in", [OptionalWord()]);
                case "!=":
                    Next();
                    return new Requirement(key, "notin", [OptionalWord()]);
                case "in" or "notin":
                    return new Requirement(key, Next()!, Values());
                case ">" or "<":
                    var comparison = Next() == ">" ? "gt" : "lt";
                    var bound = Word("identifier");
                    return long.TryParse(bound, out _)
                        ? new Requirement(key, comparison, [bound])
                        : throw Error($"values[0]: Invalid value: \"{bound}\": for 'Gt', 'Lt' operators, the value must be an integer");
                case var other:
                    throw Error($"found '{other}', expected: in, notin, =, ==, !=, gt, lt");
            }
        }

        private string[] Values()
        {
            if (!Take("("))
                throw Error($"found '{Peek()}' expected: '('");
            var values = new List<string>();
            do
            {
                values.Add(OptionalWord());
            }
            while (Take(","));
            return Take(")") ? [.. values] : throw Error($"found '{Peek()}', expected: ',' or ')'");
        }

        private string OptionalWord() => Peek() is null or "," or ")" ? "" : Word("identifier");

        private string Word(string expected)
        {
            var token = Next();
            if (token is null || Special.Contains(token[0]))
                throw Error($"found '{token}', expected: {expected}");
            return token.Length <= 317 ? token : throw Error($"'{token[..20]}…' is too long");
        }

        private string? Next()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
            if (_at == text.Length)
                return null;
            var start = _at;
            if (Special.Contains(text[_at]))
            {
                _at++;
                if (text[start] is '=' or '!' && _at < text.Length && text[_at] == '=')
                    _at++;
                return text[start.._at];
            }

            while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && !Special.Contains(text[_at]))
                _at++;
            return text[start.._at];
        }
    }
}
