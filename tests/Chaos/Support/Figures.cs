using System.Globalization;

namespace OrleansOperator.Chaos.Support;

/// <summary>What the scenarios measure: told in the test's output, and added to the file that CHAOS_FIGURES names.</summary>
internal static class Figures
{
    public static void Record(string scenario, string figure, double value, string unit)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{scenario}: {figure} {value.ToString("0.##", CultureInfo.InvariantCulture)} {unit}");
        if (Environment.GetEnvironmentVariable("CHAOS_FIGURES") is { Length: > 0 } file)
            File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{scenario}\t{figure}\t{value:0.###}\t{unit}\n"));
    }

    /// <summary>How late Deployments followed: the worst and the 99th percentile.</summary>
    public static void Record(string scenario, IReadOnlyList<TimeSpan> delays)
    {
        Record(scenario, "changes", delays.Count, "");
        Record(scenario, "p99", delays[(int)((delays.Count - 1) * 0.99)].TotalSeconds, "s");
        Record(scenario, "worst", delays[^1].TotalSeconds, "s");
    }
}
