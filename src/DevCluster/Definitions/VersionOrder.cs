using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// Orders versions of an API by preference, the least preferred first: <c>v11alpha2</c>, <c>v3beta1</c>, <c>v10beta3</c>, <c>v1</c>,
/// <c>v2</c>; what has another form comes before, in reverse alphabetical order (apimachinery, <c>CompareKubeAwareVersionStrings</c>).
/// </summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x == y)
            return 0;
        return (Parse(x!), Parse(y!)) switch
        {
            ({ } a, { } b) => a.CompareTo(b),
            (not null, null) => 1,
            (null, not null) => -1,
            _ => string.CompareOrdinal(y, x),
        };
    }

    private static (int Stage, long Major, long Minor)? Parse(string version)
    {
        var match = Form().Match(version);
        if (!match.Success || !TryNumber(match.Groups["major"].Value, out var major) || !TryNumber(match.Groups["minor"].Value, out var minor))
            return null;
        return (match.Groups["stage"].Value switch { "alpha" => 0, "beta" => 1, _ => 2 }, major, minor);
    }

    private static bool TryNumber(string text, out long number)
    {
        number = 0;
        return text.Length == 0 || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    [GeneratedRegex(@"\Av(?<major>[1-9][0-9]*)(?:(?<stage>alpha|beta)(?<minor>[1-9][0-9]*))?\z")]
    private static partial Regex Form();
}
