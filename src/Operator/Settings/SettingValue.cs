using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OrleansOperator.Silo.Settings;

/// <summary>
/// How the text of a setting is read. What is wrong is a <see cref="FormatException"/> whose message completes a sentence that begins
/// with the text, such as "is not a whole number from 0 to 65535".
/// </summary>
internal static partial class SettingValue
{
    public static bool Flag(string text) =>
        bool.TryParse(text, out var value) ? value : throw new FormatException("is not true or false");

    public static int Port(string text) => Number(text, 0, 65535);

    public static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException($"is not a whole number from {least} to {most}");

    /// <summary>Go's duration units, as Kubernetes users write them: <c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>1h</c>.</summary>
    public static TimeSpan Duration(string text, TimeSpan least)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        double unit = text[digits..] switch { "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000, _ => 0 };
        return unit > 0
            && double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * unit >= least.TotalMilliseconds && value * unit <= TimeSpan.FromDays(7).TotalMilliseconds
                ? TimeSpan.FromMilliseconds(value * unit)
                : throw new FormatException($"is not a time from {least.TotalSeconds}s to 168h, such as 500ms, 30s, 10m or 1h");
    }

    public static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException("is not an http or https URL");

    /// <summary>Addresses to listen on.</summary>
    public static List<string> Urls(string text) => Each(text, url => ListenAddress.Parse(url));

    private static List<string> Each(string text, Action<string> check)
    {
        var items = List(text);
        foreach (var item in items)
        {
            try
            {
                check(item);
            }
            catch (FormatException e) when (items.Count > 1)
            {
                throw new FormatException($"contains '{item}', which {e.Message}");
            }
        }

        return items;
    }

    private static List<string> List(string text)
    {
        var items = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        return items.Count > 0 ? items : throw new FormatException("is empty");
    }

    public static ClusteringKind Kind(string text) => text switch
    {
        "kubernetes" => ClusteringKind.Kubernetes,
        "localhost" => ClusteringKind.Localhost,
        _ => throw new FormatException("is not kubernetes or localhost"),
    };

    /// <summary>An address of this machine that others can connect to.</summary>
    public static IPAddress Ip(string text)
    {
        if (!IPAddress.TryParse(text, out var ip))
            throw new FormatException("is not an IP address");
        return ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) || ip.Equals(IPAddress.Broadcast) || ip.IsIPv6Multicast
            || (ip.AddressFamily == AddressFamily.InterNetwork && ip.GetAddressBytes()[0] is >= 224)
            ? throw new FormatException("is not an address that other silos can connect to")
            : ip;
    }

    /// <summary>Names of namespaces: DNS labels.</summary>
    public static List<string> Namespaces(string text) => Each(text, name =>
    {
        if (!DnsLabel().IsMatch(name))
            throw new FormatException("cannot be the name of a namespace: at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends");
    });

    /// <summary>A DNS name, without wildcards.</summary>
    public static string DnsName(string text) =>
        text.Length <= 253 && text.Split('.').All(label => DnsLabel().IsMatch(label))
            ? text
            : throw new FormatException("is not a DNS name in lower case, such as silo.orleans-operator.svc");

    /// <summary>A label selector as kubectl's <c>-l</c> takes it.</summary>
    public static string LabelSelector(string text) =>
        CommaOutsideParentheses().Split(text).All(requirement => Requirement().IsMatch(requirement))
            ? text
            : throw new FormatException("is not a label selector such as app=orleans-operator or 'tier in (a,b),!test'");

    public static Dictionary<string, int> Ranges(string text)
    {
        var ranges = new Dictionary<string, int>();
        foreach (var item in List(text))
        {
            if (item.Split('=') is not [{ Length: > 0 } kind, var count])
                throw new FormatException("is not of the form KIND=N, such as foos=4");
            if (!ranges.TryAdd(kind, Number(count, 1, 256)))
                throw new FormatException($"names {kind} twice");
        }

        return ranges;
    }

    public static LogFormat Format(string text) => text switch
    {
        "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw new FormatException("is not text or json"),
    };

    public static LogLevel Level(string text) =>
        Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && level is >= LogLevel.Trace and <= LogLevel.Error
            ? level
            : throw new FormatException("is not trace, debug, information, warning or error");

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@",(?![^(]*\))", RegexOptions.CultureInvariant)]
    private static partial Regex CommaOutsideParentheses();

    /// <summary>https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors</summary>
    [GeneratedRegex(@"^\s*(!\s*([-a-z0-9.]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?|([-a-z0-9.]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?(\s*(=|==|!=)\s*([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?|\s+(in|notin)\s*\(\s*([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?(\s*,\s*([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?)*\s*\))?)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Requirement();
}
