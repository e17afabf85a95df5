using System.Globalization;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.BuiltIns;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>Kubernetes' libraries of quantities, semantic versions, named formats and keys of JSON patches (https://kubernetes.io/docs/reference/using-api/cel/).</summary>
internal static partial class CelKubernetes
{
    private static readonly Dictionary<string, CelFormat> Formats = new CelFormat[]
    {
        new("dns1123Label", text => Resources.Names.DnsLabel(text, isPrefix: false)),
        new("dns1123Subdomain", text => Resources.Names.DnsSubdomain(text, isPrefix: false)),
        new("dns1035Label", text => Resources.Names.Dns1035Label(text, isPrefix: false)),
        new("dns1123LabelPrefix", text => Resources.Names.DnsLabel(text, isPrefix: true)),
        new("dns1123SubdomainPrefix", text => Resources.Names.DnsSubdomain(text, isPrefix: true)),
        new("dns1035LabelPrefix", text => Resources.Names.Dns1035Label(text, isPrefix: true)),
        new("qualifiedName", Resources.Names.QualifiedName),
        new("labelValue", Resources.Names.LabelValue),
        new("uri", text => Schemas.Formats.IsValid("uri", text) ? [] : ["invalid URI"]),
        new("uuid", text => Schemas.Formats.IsValid("uuid", text) ? [] : ["does not match the UUID format"]),
        new("byte", text => Schemas.Formats.IsValid("byte", text) ? [] : ["invalid base64"]),
        new("date", text => Schemas.Formats.IsValid("date", text) ? [] : ["invalid date"]),
        new("datetime", text => Schemas.Formats.IsValid("date-time", text) ? [] : ["invalid datetime"]),
    }.ToDictionary(static format => format.Name);

    public static IReadOnlyCollection<string> Names { get; } =
    [
        "isQuantity", "quantity", "sign", "isInteger", "asInteger", "asApproximateFloat", "add", "sub", "isLessThan", "isGreaterThan", "compareTo",
        "isSemver", "semver", "major", "minor", "patch", "format.named", "validate", "jsonpatch.escapeKey", .. Formats.Keys.Select(static name => $"format.{name}"),
    ];

    public static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("isQuantity", [string text]) => TryQuantity(text) is not null,
        ("quantity", [string text]) => TryQuantity(text) ?? throw new CelException(Quantity.WrongFormat),
        ("sign", [Quantity q]) => (long)q.Sign,
        ("isInteger", [Quantity q]) => AsInteger(q) is not null,
        ("asInteger", [Quantity q]) => AsInteger(q) ?? throw new CelException("cannot convert value to integer"),
        ("asApproximateFloat", [Quantity q]) => (double)q.Unscaled * Math.Pow(10, q.Scale),
        ("add", [Quantity a, Quantity b]) => Sum(a, b, 1),
        ("add", [Quantity a, long b]) => Sum(a, new Quantity(b, 0), 1),
        ("sub", [Quantity a, Quantity b]) => Sum(a, b, -1),
        ("sub", [Quantity a, long b]) => Sum(a, new Quantity(b, 0), -1),
        ("isLessThan", [Quantity a, Quantity b]) => a.CompareTo(b) < 0,
        ("isGreaterThan", [Quantity a, Quantity b]) => a.CompareTo(b) > 0,
        ("compareTo", [Quantity a, Quantity b]) => (long)Math.Sign(a.CompareTo(b)),
        ("isSemver", [string text]) => TrySemver(text, normalize: false) is not null,
        ("isSemver", [string text, bool normalize]) => TrySemver(text, normalize) is not null,
        ("semver", [string text]) => TrySemver(text, normalize: false) ?? throw new CelException("No Major.Minor.Patch elements found"),
        ("semver", [string text, bool normalize]) => TrySemver(text, normalize) ?? throw new CelException("No Major.Minor.Patch elements found"),
        ("major", [CelSemver v]) => v.Major,
        ("minor", [CelSemver v]) => v.Minor,
        ("patch", [CelSemver v]) => v.Patch,
        ("isLessThan", [CelSemver a, CelSemver b]) => a.CompareTo(b) < 0,
        ("isGreaterThan", [CelSemver a, CelSemver b]) => a.CompareTo(b) > 0,
        ("compareTo", [CelSemver a, CelSemver b]) => (long)Math.Sign(a.CompareTo(b)),
        ("jsonpatch.escapeKey", [string key]) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal),
        ("format.named", [string name]) => Formats.TryGetValue(name, out var format) ? CelOptional.Of(format) : CelOptional.None,
        ("validate", [CelFormat format, string text]) => Problems(format, text),
        (_, []) when function.StartsWith("format.", StringComparison.Ordinal) => Formats[function["format.".Length..]],
        _ => CelFunctions.NoOverload,
    };

    private static CelOptional Problems(CelFormat format, string text) =>
        format.Check(text).Select(static problem => (object?)problem).ToList() is { Count: > 0 } problems ? CelOptional.Of(problems) : CelOptional.None;

    private static Quantity? TryQuantity(string text)
    {
        try
        {
            return Quantity.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static long? AsInteger(Quantity q)
    {
        var scale = q.Scale;
        var unscaled = q.Unscaled;
        for (; scale < 0 && unscaled % 10 == 0; scale++)
            unscaled /= 10;
        if (scale < 0 || scale > 18)
            return null;
        unscaled *= System.Numerics.BigInteger.Pow(10, scale);
        return unscaled >= long.MinValue && unscaled <= long.MaxValue ? (long)unscaled : null;
    }

    private static Quantity Sum(Quantity a, Quantity b, int sign)
    {
        var scale = Math.Min(a.Scale, b.Scale);
        return new Quantity(
            a.Unscaled * System.Numerics.BigInteger.Pow(10, a.Scale - scale) + sign * b.Unscaled * System.Numerics.BigInteger.Pow(10, b.Scale - scale), scale);
    }

    private static CelSemver? TrySemver(string text, bool normalize)
    {
        if (normalize)
            text = Normalized(text);
        var match = Semver().Match(text);
        return match.Success && long.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var major)
            && long.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var minor)
            && long.TryParse(match.Groups[3].Value, CultureInfo.InvariantCulture, out var patch)
                ? new CelSemver(major, minor, patch, match.Groups[4].Value)
                : null;
    }

    /// <summary>Without a leading <c>v</c> and leading zeros, and with all three numbers.</summary>
    private static string Normalized(string text)
    {
        text = text.StartsWith('v') ? text[1..] : text;
        var end = text.AsSpan().IndexOfAny('-', '+') is var at and >= 0 ? at : text.Length;
        var numbers = text[..end].Split('.').Select(static number => number.TrimStart('0') is { Length: > 0 } rest ? rest : number.Length > 0 ? "0" : "").ToList();
        while (numbers.Count < 3)
            numbers.Add("0");
        return string.Join('.', numbers) + text[end..];
    }

    [GeneratedRegex(@"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$")]
    private static partial Regex Semver();
}
