using System.Text;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>
/// What names, keys and labels may look like, and what a real server says of one that does not (apimachinery, <c>api/validate/content</c>
/// and <c>util/validation</c>). Each returns what is wrong; empty for a good one.
/// </summary>
internal static partial class Names
{
    public const int MaxSubdomain = 253;

    private const int MaxLabel = 63;

    private const string LabelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainFormat = LabelFormat + @"(\." + LabelFormat + ")*";
    private const string KeyFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    private static readonly string[] NoSegment = ["/", "%"];

    /// <summary>A name such as <c>my-name</c>.</summary>
    public static IEnumerable<string> DnsLabel(string name, bool isPrefix = false)
    {
        name = isPrefix ? Masked(name) : name;
        if (name.Length > MaxLabel)
            yield return $"must be no more than {MaxLabel} bytes";
        if (LabelPattern().IsMatch(name))
            yield break;
        yield return SubdomainPattern().IsMatch(name)
            ? "must not contain dots"
            : $"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LabelFormat}')";
    }

    /// <summary>A name such as <c>example.com</c>.</summary>
    public static IEnumerable<string> DnsSubdomain(string name, bool isPrefix = false)
    {
        name = isPrefix ? Masked(name) : name;
        if (name.Length > MaxSubdomain)
            yield return $"must be no more than {MaxSubdomain} bytes";
        if (!SubdomainPattern().IsMatch(name))
            yield return $"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{SubdomainFormat}')";
    }

    /// <summary>A name such as <c>my-name</c> that begins with a letter (RFC 1035).</summary>
    public static IEnumerable<string> Dns1035Label(string name, bool isPrefix = false)
    {
        name = isPrefix ? Masked(name) : name;
        if (name.Length > MaxLabel)
            yield return $"must be no more than {MaxLabel} characters";
        if (!Dns1035Pattern().IsMatch(name))
            yield return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    }

    /// <summary>A host with a wildcard such as <c>*.example.com</c>.</summary>
    public static IEnumerable<string> WildcardSubdomain(string name)
    {
        if (name.Length > MaxSubdomain)
            yield return $"must be no more than {MaxSubdomain} characters";
        if (!name.StartsWith("*.", StringComparison.Ordinal) || !SubdomainPattern().IsMatch(name[2..]))
            yield return @$"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\*\.{SubdomainFormat}')";
    }

    /// <summary>What can stand between the slashes of a URL.</summary>
    public static IEnumerable<string> PathSegment(string name, bool isPrefix = false)
    {
        if (!isPrefix && name is "." or "..")
            return [$"may not be '{name}'"];
        return NoSegment.Where(name.Contains).Select(bad => $"may not contain '{bad}'");
    }

    /// <summary>A key with an optional prefix such as <c>example.com/name</c>.</summary>
    public static IEnumerable<string> QualifiedName(string key)
    {
        var hint = $"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{KeyFormat}')";
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a valid label key {hint} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            foreach (var wrong in parts[0].Length == 0 ? ["must be non-empty"] : DnsSubdomain(parts[0]))
                yield return "prefix part " + wrong;
        }

        var name = parts[^1];
        if (name.Length == 0)
            yield return "name part must be non-empty";
        else if (Encoding.UTF8.GetByteCount(name) > MaxLabel)
            yield return $"name part must be no more than {MaxLabel} bytes";
        if (!KeyPattern().IsMatch(name))
            yield return "name part " + hint;
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (Encoding.UTF8.GetByteCount(value) > MaxLabel)
            yield return $"must be no more than {MaxLabel} bytes";
        if (value.Length > 0 && !KeyPattern().IsMatch(value))
            yield return $"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '({KeyFormat})?')";
    }

    /// <summary>The key of a ConfigMap or a Secret: a file name.</summary>
    public static IEnumerable<string> ConfigKey(string key)
    {
        if (Encoding.UTF8.GetByteCount(key) > MaxSubdomain)
            yield return $"must be no more than {MaxSubdomain} characters";
        if (!ConfigKeyPattern().IsMatch(key))
            yield return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        foreach (var wrong in DirectoryPrefix(key))
            yield return wrong;
    }

    /// <summary>The name of an environment variable.</summary>
    public static IEnumerable<string> EnvironmentVariable(string name)
    {
        if (name.Length == 0)
            yield return "environment variable name must be non-empty";
        if (name.Any(letter => letter is < ' ' or > '~' or '='))
            yield return "a valid environment variable name must consist only of printable ASCII characters other than '='";
    }

    /// <summary>The name of a port (IANA service name).</summary>
    public static IEnumerable<string> PortName(string name)
    {
        if (name.Length > 15)
            yield return "must be no more than 15 characters";
        if (!PortCharacters().IsMatch(name))
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        if (!name.Any(char.IsAsciiLetterLower))
            yield return "must contain at least one letter (a-z)";
        if (name.Contains("--", StringComparison.Ordinal))
            yield return "must not contain consecutive hyphens";
        if (name.StartsWith('-') || name.EndsWith('-'))
            yield return "must not begin or end with a hyphen";
    }

    public static IEnumerable<string> HttpHeader(string name) => HeaderPattern().IsMatch(name)
        ? []
        : ["a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"];

    private static IEnumerable<string> DirectoryPrefix(string name) => name switch
    {
        "." or ".." => [$"must not be '{name}'"],
        _ when name.StartsWith("..", StringComparison.Ordinal) => ["must not start with '..'"],
        _ => [],
    };

    /// <summary>A prefix may end in a dash, since more follows.</summary>
    private static string Masked(string prefix) => prefix.Length > 1 && prefix.EndsWith('-') ? prefix[..^2] + "a" : prefix;

    [GeneratedRegex(@"\A" + LabelFormat + @"\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"\A" + SubdomainFormat + @"\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Dns1035Pattern();

    [GeneratedRegex(@"\A" + KeyFormat + @"\z")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z")]
    private static partial Regex ConfigKeyPattern();

    [GeneratedRegex(@"\A[-a-z0-9]+\z")]
    private static partial Regex PortCharacters();

    [GeneratedRegex(@"\A[-A-Za-z0-9]+\z")]
    private static partial Regex HeaderPattern();
}
