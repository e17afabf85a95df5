using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>
/// The string formats that a CRD's schema may ask for (kube-openapi, <c>validation/strfmt</c>). Dashes in their names do not count, and
/// what is none of them is not checked.
/// </summary>
internal static partial class Formats
{
    private static readonly FrozenDictionary<string, Func<string, bool>> Checks = new Dictionary<string, Func<string, bool>>
    {
        ["bsonobjectid"] = text => Matches(BsonObjectId(), text),
        ["uri"] = IsRequestUri,
        ["email"] = text => MailAddress.TryCreate(text, out _),
        ["hostname"] = text => text.Length <= 255 && Matches(Hostname(), text) && text.Split('.').All(part => part.Length <= 63),
        ["ipv4"] = text => IsAddress(text, AddressFamily.InterNetwork),
        ["ipv6"] = text => IsAddress(text, AddressFamily.InterNetworkV6),
        ["cidr"] = IsCidr,
        ["mac"] = text => Matches(Mac(), text),
        ["uuid"] = text => Matches(Uuid(), text),
        ["uuid3"] = text => Matches(Uuid(), text) && Digits(text)[12] == '3',
        ["uuid4"] = text => Matches(Uuid(), text) && Digits(text)[12] == '4' && "89ab".Contains(char.ToLowerInvariant(Digits(text)[16]), StringComparison.Ordinal),
        ["uuid5"] = text => Matches(Uuid(), text) && Digits(text)[12] == '5' && "89ab".Contains(char.ToLowerInvariant(Digits(text)[16]), StringComparison.Ordinal),
        ["isbn"] = text => IsIsbn10(text) || IsIsbn13(text),
        ["isbn10"] = IsIsbn10,
        ["isbn13"] = IsIsbn13,
        ["creditcard"] = IsCreditCard,
        ["ssn"] = text => Matches(Ssn(), text),
        ["hexcolor"] = text => Matches(HexColor(), text),
        ["rgbcolor"] = text => Matches(RgbColor(), text),
        ["byte"] = text => text.Length > 0 && text.Length % 4 == 0 && Matches(Base64(), text),
        ["password"] = static _ => true,
        ["date"] = text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ["duration"] = IsDuration,
        ["datetime"] = IsDateTime,
        ["k8sshortname"] = text => text.Length <= 63 && Matches(ShortName(), text),
        ["k8slongname"] = text => text.Length <= 253 && Matches(LongName(), text),
    }.ToFrozenDictionary();

    /// <summary>The name under which a format of a type is checked; null when it is not.</summary>
    /// <param name="type">The type of the schema, or null.</param>
    /// <param name="format">The format as it is written.</param>
    public static string? Checked(string? type, string? format) => type switch
    {
        null or "string" => format?.Replace("-", "", StringComparison.Ordinal) is { } name && Checks.ContainsKey(name) ? name : null,
        "integer" => format is "int32" or "int64" ? format : null,
        "number" => format is "float" or "double" ? format : null,
        _ => null,
    };

    /// <summary>Whether a text has a format, by the name that <see cref="Checked"/> gives.</summary>
    public static bool IsValid(string format, string text) => !Checks.TryGetValue(format, out var check) || check(text);

    private static bool Matches(Regex regex, string text) => regex.IsMatch(text);

    private static string Digits(string uuid) => uuid.Replace("-", "", StringComparison.Ordinal);

    /// <summary>What can stand in the first line of a request: an absolute URI, or a path.</summary>
    private static bool IsRequestUri(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyInRange('\0', ' ')
        && (text.StartsWith('/') || (Scheme().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _)));

    private static bool IsAddress(string text, AddressFamily family) =>
        IPAddress.TryParse(family == AddressFamily.InterNetwork ? WithoutLeadingZeros(text) : text, out var address) && address.AddressFamily == family
        && (family == AddressFamily.InterNetworkV6 ? !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal) : text.Count(c => c == '.') == 3);

    private static bool IsCidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return false;
        var address = text[..slash];
        return IsAddress(address, AddressFamily.InterNetwork) ? length <= 32 : IsAddress(address, AddressFamily.InterNetworkV6) && length <= 128;
    }

    private static string WithoutLeadingZeros(string text) =>
        string.Join('.', text.Split('.').Select(part => part.Length > 1 && part.All(char.IsAsciiDigit) && part.TrimStart('0') is var rest ? rest.Length > 0 ? rest : "0" : part));

    /// <summary>As Go reads durations, or Scala: <c>1h30m</c>, <c>22 ns</c>, <c>3 days</c>.</summary>
    private static bool IsDuration(string text) =>
        Cel.CelTime.TryDuration(text, out _)
        || ScalaDuration().Matches(text).Any(match => Unit().IsMatch(match.Groups["unit"].Value.ToLowerInvariant()));

    private static bool IsDateTime(string text)
    {
        var parts = text.ToLowerInvariant().Split('t');
        return parts.Length >= 2
            && DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && Time().Match(parts[1]) is { Success: true } time
            && Value(time, "hour") <= 23 && Value(time, "minute") <= 59 && Value(time, "second") <= 59;
    }

    private static int Value(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static bool IsIsbn10(string text)
    {
        var digits = Stripped(text);
        if (!Isbn10().IsMatch(digits))
            return false;
        var sum = digits.Select((digit, index) => (10 - index) * (digit == 'X' ? 10 : digit - '0')).Sum();
        return sum % 11 == 0;
    }

    private static bool IsIsbn13(string text)
    {
        var digits = Stripped(text);
        return Isbn13().IsMatch(digits) && digits.Select((digit, index) => (index % 2 == 0 ? 1 : 3) * (digit - '0')).Sum() % 10 == 0;
    }

    private static string Stripped(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Luhn's checksum over a number of one of the known issuers.</summary>
    private static bool IsCreditCard(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (!CreditCard().IsMatch(digits))
            return false;
        var sum = digits.Reverse().Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 1 : 2)).Sum(value => value > 9 ? value - 9 : value);
        return sum % 10 == 0;
    }

    [GeneratedRegex(@"\A[0-9a-fA-F]{24}\z")]
    private static partial Regex BsonObjectId();

    [GeneratedRegex(@"\A([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})\z", RegexOptions.NonBacktracking)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"\A(?:(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{2}:){7}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{2}-){7}[0-9a-fA-F]{2}|(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}|(?:[0-9a-fA-F]{4}\.){3}[0-9a-fA-F]{4})\z")]
    private static partial Regex Mac();

    [GeneratedRegex(@"\A[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\z")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\A[0-9]{9}[0-9X]\z")]
    private static partial Regex Isbn10();

    [GeneratedRegex(@"\A[0-9]{13}\z")]
    private static partial Regex Isbn13();

    [GeneratedRegex(@"\A(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35[0-9]{3})[0-9]{11})\z")]
    private static partial Regex CreditCard();

    [GeneratedRegex(@"\A[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\z")]
    private static partial Regex Ssn();

    [GeneratedRegex(@"\A#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\z")]
    private static partial Regex HexColor();

    [GeneratedRegex(@"\Argb\(\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*,\s*(0|[1-9][0-9]?|1[0-9][0-9]?|2[0-4][0-9]|25[0-5])\s*\)\z")]
    private static partial Regex RgbColor();

    [GeneratedRegex(@"\A[A-Za-z0-9+/]*={0,2}\z")]
    private static partial Regex Base64();

    [GeneratedRegex(@"\A(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"[0-9]+\s*(?<unit>[A-Za-zµ]+)")]
    private static partial Regex ScalaDuration();

    [GeneratedRegex(@"\A(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)\z")]
    private static partial Regex Unit();

    [GeneratedRegex(@"\A[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex ShortName();

    [GeneratedRegex(@"\A[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex LongName();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9+.-]*:")]
    private static partial Regex Scheme();
}
