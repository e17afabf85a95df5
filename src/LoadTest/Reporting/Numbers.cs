using System.Globalization;
using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Reporting;

/// <summary>Numbers as a reader wants them: three significant digits, thousands apart.</summary>
internal static class Numbers
{
    /// <summary>What stands for a number that there is not.</summary>
    public const string None = "–";

    public static string Show(double? value) => value switch
    {
        null => None,
        0 => "0",
        double.PositiveInfinity => "∞",
        { } number when Math.Abs(number) >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 10 => number.ToString("0.#", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 1 => number.ToString("0.##", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.###", CultureInfo.InvariantCulture),
    };

    /// <summary>A number and its unit.</summary>
    public static string Show(double? value, string unit) => value is null ? None : unit.Length == 0 ? Show(value) : unit[0] == '/' ? Show(value) + unit : $"{Show(value)} {unit}";

    /// <summary>The median, and the spread when there are several runs.</summary>
    public static string Show(Spread? spread, string unit) => spread switch
    {
        null => None,
        { Runs: 1 } one => Show(one.Median, unit),
        { } several => $"{Show(several.Median, unit)} ({Show(several.Least)} to {Show(several.Most)})",
    };

    /// <summary>A change in percent, with its sign.</summary>
    public static string Percent(double? change) => change is { } share ? (share * 100).ToString("+0.#;-0.#;0", CultureInfo.InvariantCulture) + " %" : None;

    /// <summary>A time such as <c>0:07</c> or <c>1:02:03</c>.</summary>
    public static string Clock(TimeSpan time) => time.ToString(time >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
