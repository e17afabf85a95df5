using System.Net;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>A URL as Go's <c>url.ParseRequestURI</c> takes it: absolute, or an absolute path. There are no fragments.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Scheme">In small letters; empty for a path.</param>
/// <param name="Host">With its port, if it has one.</param>
/// <param name="Path">With its escapes.</param>
/// <param name="Query">Without the question mark.</param>
internal sealed partial record CelUrl(string Text, string Scheme, string Host, string Path, string Query)
{
    public string Port => PortAt() is var at && at < 0 ? "" : Host[(at + 1)..];

    public string Hostname => (PortAt() is var at && at < 0 ? Host : Host[..at]).Trim('[', ']');

    /// <summary>The URL that a text is; null when it is none.</summary>
    public static CelUrl? Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || text.AsSpan().ContainsAnyInRange('\0', ' ') || text.Contains('\u007f', StringComparison.Ordinal) || BadEscape().IsMatch(match.Groups["path"].Value))
            return null;
        var (authority, path) = (match.Groups["authority"].Value, match.Groups["path"].Value);
        if (!match.Groups["scheme"].Success && !path.StartsWith('/'))
            return null;
        var at = authority.LastIndexOf('@');
        var (user, host) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        if (!UserForm().IsMatch(user) || BadEscape().IsMatch(user) || !HostForm().IsMatch(host) || BadEscape().IsMatch(host))
            return null;
        return new CelUrl(text, match.Groups["scheme"].Value.ToLowerInvariant(), host, path.StartsWith('/') ? path : "", match.Groups["query"].Value);
    }

    /// <summary>The values of the query, by their names.</summary>
    public Dictionary<object, object?> Values()
    {
        var values = new Dictionary<object, object?>();
        foreach (var pair in Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var name = WebUtility.UrlDecode(parts[0]);
            if (!values.TryGetValue(name, out var known))
                values[name] = known = new List<object?>();
            ((List<object?>)known!).Add(parts.Length > 1 ? WebUtility.UrlDecode(parts[1]) : "");
        }

        return values;
    }

    private int PortAt() => Host.LastIndexOf(':') is var colon && colon > Host.LastIndexOf(']') ? colon : -1;

    [GeneratedRegex(@"\A(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?<authority>[^/?]*))?(?<path>[^?]*)(?:\?(?<query>.*))?\z", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A(?:\[[^\]]*\]|[^\[\]:<>""\\^`{|}]*)(?::[0-9]*)?\z")]
    private static partial Regex HostForm();

    [GeneratedRegex(@"\A[A-Za-z0-9._:~!$&'()*+,;=%@-]*\z")]
    private static partial Regex UserForm();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BadEscape();
}
