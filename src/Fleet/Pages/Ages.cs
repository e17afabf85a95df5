using System.Globalization;

namespace OrleansOperator.Fleet.Pages;

/// <summary>Times as people read them.</summary>
internal static class Ages
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(1);

    /// <summary>How long ago something was.</summary>
    public static string Ago(TimeSpan age) => age < Now ? "now" : $"{Rough(age)} ago";

    /// <summary>How soon something is due.</summary>
    public static string In(TimeSpan wait) => wait < Now ? "now" : $"in {Rough(wait)}";

    /// <summary>How long something took.</summary>
    public static string Took(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 1 => Text($"{time.TotalMilliseconds:0.0} ms"),
        < 1000 => Text($"{time.TotalMilliseconds:0} ms"),
        < 60_000 => Text($"{time.TotalSeconds:0.0} s"),
        _ => Rough(time),
    };

    /// <summary>A time in its largest unit.</summary>
    public static string Rough(TimeSpan time) => time.TotalSeconds switch
    {
        < 60 => Text($"{(int)time.TotalSeconds} s"),
        < 3600 => Text($"{(int)time.TotalMinutes} min"),
        < 48 * 3600 => Text($"{(int)time.TotalHours} h"),
        _ => Text($"{(int)time.TotalDays} d"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
