using System.Globalization;
using OrleansOperator.LoadTest.Phases;

namespace OrleansOperator.LoadTest.CommandLine;

/// <summary>
/// How the text of an option is read. What is wrong is a <see cref="FormatException"/> whose message completes a sentence that
/// begins with the text.
/// </summary>
internal static class OptionValue
{
    public static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"is not a whole number from {least} to {most}"));

    /// <summary>Changes a second: <c>20</c>, <c>0.5</c> or <c>20/s</c>.</summary>
    public static double Rate(string text)
    {
        var number = text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 100_000
            ? value
            : throw new FormatException("is not a rate above 0 and up to 100000, such as 20/s");
    }

    /// <summary>Go's duration units: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>.</summary>
    public static TimeSpan Duration(string text, TimeSpan least)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        double unit = text[digits..] switch { "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000, _ => 0 };
        return unit > 0
            && double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * unit >= least.TotalMilliseconds && value * unit <= TimeSpan.FromDays(1).TotalMilliseconds
                ? TimeSpan.FromMilliseconds(value * unit)
                : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"is not a time from {least.TotalSeconds}s to 24h, such as 500ms, 30s, 5m or 1h"));
    }

    public static IReadOnlyList<PhaseKind> Phases(string text)
    {
        var phases = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Phase).ToList();
        return phases is not [PhaseKind.Create, ..]
            ? throw new FormatException("does not begin with create: the other phases need Foos")
            : phases.Count(phase => phase == PhaseKind.Create) > 1 ? throw new FormatException("names create twice")
            : phases.IndexOf(PhaseKind.Delete) is var delete and >= 0 && delete < phases.Count - 1 ? throw new FormatException("has delete before its end: the phases after it would have no Foos")
            : phases;
    }

    public static Availability Availability(string text) => text switch
    {
        "auto" => CommandLine.Availability.Auto,
        "cluster" => CommandLine.Availability.Cluster,
        "tool" => CommandLine.Availability.Tool,
        _ => throw new FormatException("is not auto, cluster or tool"),
    };

    public static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new FormatException("is not an http or https URL, such as http://127.0.0.1:8080/metrics");

    private static PhaseKind Phase(string name) =>
        PhaseKinds.Named(name) ?? throw new FormatException($"contains '{name}': phases are {string.Join(", ", PhaseKinds.Names)}");
}
