using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>A field that is validated.</summary>
/// <param name="Value">What it has, or null.</param>
/// <param name="Old">What it had, or null.</param>
/// <param name="IsNew">Whether nothing is replaced.</param>
/// <param name="Path">Its path.</param>
/// <param name="Errors">Gets what is wrong.</param>
internal readonly record struct FieldSite(JsonNode? Value, JsonNode? Old, bool IsNew, string Path, List<FieldError> Errors)
{
    public string Text => Value is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    public void Invalid(string detail) => Errors.Add(FieldError.Invalid(Path, Subject.Shown(Value), detail));

    public FieldSite At(string suffix, JsonNode? value) => new(value, null, true, Path + suffix, Errors);
}

/// <summary>The checks of single fields that <c>validation.txt</c> is written in.</summary>
internal static partial class FieldChecks
{
    private const int MaxMode = 0b111_111_111;

    /// <summary>One check; false when those after it are not to be made.</summary>
    public delegate bool Check(FieldSite site);

    private static readonly Dictionary<string, Action<FieldSite>> Plain = new()
    {
        ["port"] = site => Range(site, 1, 65535),
        ["mode"] = site => Number(site, 0, MaxMode, "must be a number between 0 and 0777 (octal), both inclusive"),
        ["userid"] = site => Range(site, 0, int.MaxValue),
        ["positive"] = site => Number(site, 1, long.MaxValue, "must be greater than zero"),
        ["portname"] = site => Text(site, Names.PortName),
        ["portornumber"] = PortOrNumber,
        ["percent"] = Percent,
        ["to100"] = UpTo100,
        ["dnslabel"] = site => Text(site, text => Names.DnsLabel(text)),
        ["subdomain"] = site => Text(site, text => Names.DnsSubdomain(text)),
        ["dns1035"] = site => Text(site, text => Names.Dns1035Label(text)),
        ["segment"] = site => Text(site, text => Names.PathSegment(text)),
        ["qualified"] = site => Text(site, Names.QualifiedName),
        ["labelname"] = site => Text(site, Names.QualifiedName),
        ["labelvalue"] = site => Text(site, Names.LabelValue),
        ["configkey"] = site => Text(site, Names.ConfigKey),
        ["envname"] = site => Text(site, Names.EnvironmentVariable),
        ["header"] = site => Text(site, Names.HttpHeader),
        ["ip"] = site => Text(site, Address),
        ["cidr"] = site => Text(site, Network),
        ["domainpath"] = site => Text(site, DomainPath),
        ["absolute"] = site => Text(site, text => text.StartsWith('/') ? [] : ["must be an absolute path"]),
        ["inside"] = site => Text(site, Inside),
        ["descending"] = site => Text(site, Descending),
        ["local"] = site => Text(site, text => [.. Descending(text), .. text.StartsWith("..", StringComparison.Ordinal) && !text.StartsWith("../", StringComparison.Ordinal) ? ["must not start with '..'"] : (string[])[]]),
        ["labels"] = site => MetadataRules.ValidateLabels(site.Value as JsonObject, site.Path, site.Errors),
        ["annotations"] = site => MetadataRules.ValidateAnnotations(site.Value as JsonObject, site.Path, site.Errors),
        ["quantity"] = site => Amount(site, 0, "must be greater than or equal to 0"),
        ["quantity>0"] = site => Amount(site, 1, "must be positive"),
        ["immutable"] = Immutable,
        ["unique"] = site => Unique(site, null),
    };

    /// <summary>Reads the checks of a field.</summary>
    public static IReadOnlyList<Check> Parse(string text) => [.. Tokens().Matches(text).Select(match => ParseOne(match.Value))];

    private static Check ParseOne(string token)
    {
        if (token.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !token.Contains('"', StringComparison.Ordinal))
        {
            var check = ParseOne(token[(colon + 1)..]);
            return Always(token[..colon] switch
            {
                "each" => site => Each(site, i => $"[{i}]", check),
                "any" => site => Each(site, _ => "", check),
                _ => site => Keys(site, check),
            });
        }

        var equals = token.IndexOf('=', StringComparison.Ordinal);
        var (name, argument) = equals < 0 || Plain.ContainsKey(token) ? (token, "") : (token[..equals], token[(equals + 1)..].Trim('"'));
        return name switch
        {
            "required" => site => Required(site, argument),
            "present" => Always(site => Present(site, argument)),
            "oneof" => Always(OneOf(argument.Split(','))),
            "either" => Always(Either(argument.Split(','))),
            "least" when long.Parse(argument, CultureInfo.InvariantCulture) is var least =>
                Always(site => Number(site, least, long.MaxValue, $"must be greater than or equal to {least}")),
            "range" when argument.Split("..") is [var from, var to] =>
                Always(site => Range(site, long.Parse(from, CultureInfo.InvariantCulture), long.Parse(to, CultureInfo.InvariantCulture))),
            "items" when int.Parse(argument, CultureInfo.InvariantCulture) is var most => Always(site => Items(site, most)),
            "unique" when argument.Length > 0 => Always(site => Unique(site, argument)),
            _ => Always(Plain[name]),
        };
    }

    private static Check Always(Action<FieldSite> check) => site =>
    {
        check(site);
        return true;
    };

    private static bool Required(FieldSite site, string detail)
    {
        if (!Subject.IsEmpty(site.Value))
            return true;
        site.Errors.Add(FieldError.Required(site.Path, detail));
        return false;
    }

    private static void Present(FieldSite site, string detail)
    {
        if (!Subject.IsEmpty(site.Value))
            site.Errors.Add(FieldError.Forbidden(site.Path, detail));
    }

    private static Action<FieldSite> OneOf(string[] supported) => site =>
    {
        if (site.Value is not null && !supported.Contains(site.Text))
            site.Errors.Add(FieldError.NotSupported(site.Path, Subject.Shown(site.Value), supported));
    };

    private static Action<FieldSite> Either(string[] supported) => site =>
    {
        if (site.Value is not null && !supported.Contains(site.Text))
            site.Invalid($"must be {string.Join(" or ", supported.Select(value => $"'{value}'"))}");
    };

    private static void Number(FieldSite site, long least, long most, string detail)
    {
        if (site.Value.Whole() is { } number && (number < least || number > most))
            site.Invalid(detail);
    }

    private static void Range(FieldSite site, long least, long most) => Number(site, least, most, $"must be between {least} and {most}, inclusive");

    private static void Items(FieldSite site, int most)
    {
        if (site.Value is JsonArray list && list.Count > most)
            site.Errors.Add(FieldError.TooMany(site.Path, list.Count, most));
    }

    private static void Text(FieldSite site, Func<string, IEnumerable<string>> wrong)
    {
        if (site.Text.Length == 0)
            return;
        foreach (var detail in wrong(site.Text))
            site.Invalid(detail);
    }

    private static void Each(FieldSite site, Func<int, string> suffix, Check check)
    {
        var list = site.Value as JsonArray ?? [];
        for (var i = 0; i < list.Count; i++)
            check(site.At(suffix(i), list[i]));
    }

    private static void Keys(FieldSite site, Check check)
    {
        foreach (var (key, _) in site.Value as JsonObject ?? [])
            check(site.At($"[{key}]", key));
    }

    private static void Unique(FieldSite site, string? field)
    {
        var list = site.Value as JsonArray ?? [];
        var seen = new HashSet<string>();
        for (var i = 0; i < list.Count; i++)
        {
            var value = field is null ? list[i] : list[i]?[field];
            if (!Subject.IsEmpty(value) && !seen.Add(value.ToText()))
                site.Errors.Add(FieldError.Duplicate($"{site.Path}[{i}]{(field is null ? "" : "." + field)}", Subject.Shown(value)));
        }
    }

    private static void Immutable(FieldSite site)
    {
        if (!site.IsNew && !JsonNode.DeepEquals(site.Value, site.Old))
            site.Invalid("field is immutable");
    }

    private static void Amount(FieldSite site, int least, string detail)
    {
        if (site.Value is not null && Quantity.Parse(site.Value.ToString()).Sign < least)
            site.Invalid(detail);
    }

    private static void PortOrNumber(FieldSite site)
    {
        if (site.Value.Whole() is not null)
            Range(site, 1, 65535);
        else if (site.Value is not null)
            Names.PortName(site.Text).ToList().ForEach(site.Invalid);
    }

    private static void Percent(FieldSite site)
    {
        if (site.Value.Whole() is not null)
            Number(site, 0, long.MaxValue, "must be greater than or equal to 0");
        else if (site.Value is not null && PercentOf(site.Value) is null)
            site.Invalid("a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
    }

    private static void UpTo100(FieldSite site)
    {
        if (PercentOf(site.Value) > 100)
            site.Invalid("must not be greater than 100%");
    }

    /// <summary>The number of a text such as <c>25%</c>, or null.</summary>
    public static long? PercentOf(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var percent) && PercentPattern().IsMatch(percent)
            && long.TryParse(percent[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static IEnumerable<string> Address(string text) =>
        IPAddress.TryParse(text, out _) && (text.Contains(':', StringComparison.Ordinal) || text.Count('.') == 3)
            ? [] : ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];

    public static IEnumerable<string> Network(string text) =>
        text.Split('/') is [var address, var bits] && !Address(address).Any() && byte.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= (address.Contains(':', StringComparison.Ordinal) ? 128 : 32)
            ? [] : ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"];

    public static IEnumerable<string> Inside(string path) => path.Split('/').Contains("..") ? ["must not contain '..'"] : [];

    public static IEnumerable<string> Descending(string path) => [.. path.StartsWith('/') ? ["must be a relative path"] : (string[])[], .. Inside(path)];

    private static List<string> DomainPath(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1)
            return ["must be a domain-prefixed path (such as \"acme.io/foo\")"];
        List<string> wrong = [.. Names.DnsSubdomain(text[..slash])];
        if (!PathPattern().IsMatch(text[(slash + 1)..]))
            wrong.Add("Invalid path");
        if (Encoding.UTF8.GetByteCount(text) > 250)
            wrong.Add("must be no more than 250 bytes");
        return wrong;
    }

    private static int Count(this string text, char letter) => text.AsSpan().Count(letter);

    [GeneratedRegex("[^ \"]+(\"[^\"]*\")?")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\A[0-9]+%\z")]
    private static partial Regex PercentPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9/\-._~%!$&'()*+,;=:]+\z")]
    private static partial Regex PathPattern();
}
