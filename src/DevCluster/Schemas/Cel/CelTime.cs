using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>Durations and timestamps, and what can be asked of them (cel-spec, "Abstract types").</summary>
internal static partial class CelTime
{
    private const long Second = 1_000_000_000;

    private static readonly Dictionary<string, long> Units = new()
    {
        ["ns"] = 1,
        ["us"] = 1_000,
        ["µs"] = 1_000,
        ["ms"] = 1_000_000,
        ["s"] = Second,
        ["m"] = 60 * Second,
        ["h"] = 3600 * Second,
    };

    public static IReadOnlyCollection<string> Names { get; } =
    [
        "duration", "timestamp", "getFullYear", "getMonth", "getDayOfYear", "getDate", "getDayOfMonth", "getDayOfWeek", "getHours",
        "getMinutes", "getSeconds", "getMilliseconds",
    ];

    public static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("duration", [CelDuration duration]) => duration,
        ("duration", [string text]) => TryDuration(text, out var duration) ? duration : throw NotConvertible("google.protobuf.Duration"),
        ("timestamp", [CelTimestamp time]) => time,
        ("timestamp", [string text]) => TryTimestamp(text, out var time) ? time : throw NotConvertible("google.protobuf.Timestamp"),
        ("timestamp", [long seconds]) => new CelTimestamp(DateTimeOffset.FromUnixTimeSeconds(seconds)),
        ("string", [CelDuration duration]) => Text(duration),
        ("string", [CelTimestamp time]) => Text(time),
        ("int", [CelTimestamp time]) => time.Time.ToUnixTimeSeconds(),
        ("+", [CelDuration a, CelDuration b]) => Duration((Int128)a.Nanoseconds + b.Nanoseconds),
        ("-", [CelDuration a, CelDuration b]) => Duration((Int128)a.Nanoseconds - b.Nanoseconds),
        ("+", [CelTimestamp a, CelDuration b]) => Add(a, b.Nanoseconds),
        ("+", [CelDuration a, CelTimestamp b]) => Add(b, a.Nanoseconds),
        ("-", [CelTimestamp a, CelDuration b]) => Add(a, -b.Nanoseconds),
        ("-", [CelTimestamp a, CelTimestamp b]) => Duration((Int128)(a.Time - b.Time).Ticks * 100),
        ("getHours", [CelDuration d]) => d.Nanoseconds / (3600 * Second),
        ("getMinutes", [CelDuration d]) => d.Nanoseconds / (60 * Second),
        ("getSeconds", [CelDuration d]) => d.Nanoseconds / Second,
        ("getMilliseconds", [CelDuration d]) => d.Nanoseconds % Second / 1_000_000,
        (_, [CelTimestamp time]) => Part(function, time.Time.ToUniversalTime()),
        (_, [CelTimestamp time, string zone]) => Part(function, In(time.Time, zone)),
        _ => CelFunctions.NoOverload,
    };

    /// <summary>Go's form of a duration, such as <c>1h30m</c> or <c>-1.5s</c>.</summary>
    public static bool TryDuration(string text, out CelDuration duration)
    {
        duration = default;
        if (text is "0" or "+0" or "-0")
            return true;
        var match = Go().Match(text);
        if (!match.Success)
            return false;
        decimal total = 0;
        for (var i = 0; i < match.Groups["number"].Captures.Count; i++)
        {
            if (!decimal.TryParse(match.Groups["number"].Captures[i].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > long.MaxValue)
            {
                return false;
            }

            total += decimal.Truncate(number * Units[match.Groups["unit"].Captures[i].Value]);
            if (total > long.MaxValue)
                return false;
        }

        duration = new CelDuration(match.Groups["sign"].Value == "-" ? -(long)total : (long)total);
        return true;
    }

    /// <summary>RFC 3339, or a date.</summary>
    public static bool TryTimestamp(string text, out CelTimestamp timestamp)
    {
        timestamp = default;
        if (!Rfc3339().IsMatch(text) && !Date().IsMatch(text))
            return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        timestamp = new CelTimestamp(time);
        return true;
    }

    /// <summary>As Go writes a duration in seconds for CEL.</summary>
    private static string Text(CelDuration duration) =>
        ((decimal)duration.Nanoseconds / Second).ToString("0.#########", CultureInfo.InvariantCulture) + "s";

    private static string Text(CelTimestamp time) => time.Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static CelDuration Duration(Int128 nanoseconds) =>
        nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue ? new CelDuration((long)nanoseconds) : throw new CelException("duration overflow");

    private static CelTimestamp Add(CelTimestamp time, long nanoseconds)
    {
        try
        {
            return new CelTimestamp(time.Time.AddTicks(nanoseconds / 100));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new CelException("timestamp overflow");
        }
    }

    private static object Part(string function, DateTimeOffset time) => function switch
    {
        "getFullYear" => (long)time.Year,
        "getMonth" => time.Month - 1L,
        "getDayOfYear" => time.DayOfYear - 1L,
        "getDayOfMonth" => time.Day - 1L,
        "getDate" => (long)time.Day,
        "getDayOfWeek" => (long)time.DayOfWeek,
        "getHours" => (long)time.Hour,
        "getMinutes" => (long)time.Minute,
        "getSeconds" => (long)time.Second,
        "getMilliseconds" => (long)time.Millisecond,
        _ => CelFunctions.NoOverload,
    };

    private static DateTimeOffset In(DateTimeOffset time, string zone)
    {
        if (Offset().IsMatch(zone))
            return time.ToOffset(TimeSpan.ParseExact(zone.TrimStart('+', '-'), "hh\\:mm", CultureInfo.InvariantCulture) * (zone[0] == '-' ? -1 : 1));
        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
            ? TimeZoneInfo.ConvertTime(time, found)
            : throw new CelException($"unknown time zone {zone}");
    }

    private static CelException NotConvertible(string type) => new($"type conversion error from 'string' to '{type}'");

    [GeneratedRegex("^(?<sign>[-+]?)((?<number>\\d+\\.?\\d*|\\.\\d+)(?<unit>ns|us|µs|ms|s|m|h))+$")]
    private static partial Regex Go();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$")]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}$")]
    private static partial Regex Date();

    [GeneratedRegex(@"^[+-]?\d{2}:\d{2}$")]
    private static partial Regex Offset();
}
