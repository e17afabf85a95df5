using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Results;

/// <summary>One figure of a load test over its runs.</summary>
/// <param name="Phase">Where it was measured.</param>
/// <param name="Name">What it is.</param>
/// <param name="Unit">Its unit; empty for a number.</param>
/// <param name="MoreIsBetter">Whether a larger value is better.</param>
/// <param name="Value">The median and the spread of the runs.</param>
internal sealed record Figure(string Phase, string Name, string Unit, bool MoreIsBetter, Spread Value);

/// <summary>The figures by which load tests are compared.</summary>
internal static class Figures
{
    private static readonly (string Name, string Unit, bool MoreIsBetter, Func<PhaseResult, double?> Value)[] s_ofPhase =
    [
        ("converged", "/s", true, static phase => phase.PerSecond),
        ("accepted → Deployment p50", "ms", false, static phase => phase.AcceptedToFollowed?.P50),
        ("accepted → Deployment p99", "ms", false, static phase => phase.AcceptedToFollowed?.P99),
        ("due → ready p50", "ms", false, static phase => phase.UntilReady?.P50),
        ("due → ready p99", "ms", false, static phase => phase.UntilReady?.P99),
        ("silo CPU", "s", false, static phase => phase.SiloCpuSeconds),
        ("silo CPU per change", "ms", false, static phase => phase.CpuMillisecondsPerChange),
        ("writes of the silos", "", false, static phase => phase.Writes),
        ("writes per change", "", false, static phase => phase.WritesPerChange),
        ("private memory of the silos", "MB", false, static phase => phase.PrivateMegabytes),
        ("resident memory of the silos", "MB", false, static phase => phase.ResidentMegabytes),
        ("last Event after the last Foo", "s", false, static phase => phase.EventsBehindSeconds),
        ("restart until ready", "s", false, static phase => phase.RestartSeconds),
        ("churn, due → ready p50", "ms", false, static phase => phase.Churn?.UntilReady?.P50),
        ("churn, due → ready p99", "ms", false, static phase => phase.Churn?.UntilReady?.P99),
    ];

    /// <summary>All figures that at least one run has.</summary>
    public static IReadOnlyList<Figure> Of(IReadOnlyList<RunResult> runs)
    {
        var figures = new List<Figure>();
        Add("start", "time to ready", "s", false, static run => run.Start?.Seconds);
        Add("start", "silo CPU", "s", false, static run => run.Start?.CpuSeconds);
        Add("start", "private memory of the silos", "MB", false, static run => run.Start?.PrivateMegabytes);
        foreach (var phase in runs.SelectMany(run => run.Phases).Select(phase => phase.Phase).Distinct())
        {
            foreach (var (name, unit, more, value) in s_ofPhase)
                Add(phase, name, unit, more, run => run.Phases.FirstOrDefault(result => result.Phase == phase) is { } result ? value(result) : null);
        }

        Add("limit", "highest rate that meets the objective", "/s", true, static run => run.Limit?.PerSecond);
        return figures;

        void Add(string phase, string name, string unit, bool more, Func<RunResult, double?> value)
        {
            if (Spread.Of(runs.Select(value)) is { } spread)
                figures.Add(new Figure(phase, name, unit, more, spread));
        }
    }
}

/// <summary>A figure of two load tests.</summary>
/// <param name="Phase">Where it was measured.</param>
/// <param name="Name">What it is.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="MoreIsBetter">Whether a larger value is better.</param>
/// <param name="Before">In the first; null when it was not measured.</param>
/// <param name="After">In the second; null when it was not measured.</param>
internal sealed record ComparedFigure(string Phase, string Name, string Unit, bool MoreIsBetter, Spread? Before, Spread? After)
{
    /// <summary>How much the median changed, as a share of the first; null when it cannot be said.</summary>
    public double? Change => Before is { } before && After is { } after && before.Median != 0 ? (after.Median / before.Median) - 1 : null;

    /// <summary>Whether all runs of one test lie beyond all runs of the other: what is more than noise. False for single runs.</summary>
    public bool IsClear => Before is { Runs: > 1 } before && After is { Runs: > 1 } after && (before.Most < after.Least || after.Most < before.Least);

    /// <summary>All figures of two load tests, in the order of the first.</summary>
    public static IReadOnlyList<ComparedFigure> Of(IReadOnlyList<Figure> before, IReadOnlyList<Figure> after) =>
    [
        .. before.Select(figure => new ComparedFigure(
            figure.Phase, figure.Name, figure.Unit, figure.MoreIsBetter, figure.Value, after.FirstOrDefault(other => IsSame(figure, other))?.Value)),
        .. after.Where(figure => !before.Any(other => IsSame(figure, other)))
            .Select(figure => new ComparedFigure(figure.Phase, figure.Name, figure.Unit, figure.MoreIsBetter, null, figure.Value)),
    ];

    private static bool IsSame(Figure left, Figure right) => left.Phase == right.Phase && left.Name == right.Name;
}
