using System.Globalization;
using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Reporting;

/// <summary>A table of a report. The first column names the row; the others are numbers.</summary>
/// <param name="Title">What it tells.</param>
/// <param name="Note">How to read it; null when that is plain.</param>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">The rows.</param>
internal sealed record ReportTable(string Title, string? Note, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>What a report says, whatever it is written in.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Verdict">The outcome, in a sentence each.</param>
/// <param name="IsGood">Whether everything converged.</param>
/// <param name="Facts">What a reader needs to believe it.</param>
/// <param name="Tables">The figures.</param>
/// <param name="Missing">What did not converge.</param>
internal sealed record ReportModel(
    string Title, IReadOnlyList<string> Verdict, bool IsGood, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<ReportTable> Tables, IReadOnlyList<string> Missing)
{
    /// <summary>The report of a load test.</summary>
    public static ReportModel Of(LoadTestResult result)
    {
        var missing = result.Runs.SelectMany((run, index) => run.Phases.SelectMany(phase => phase.NotConvergedNames.Select(name => $"run {index + 1}, {phase.Phase}: {name}"))).ToList();
        var tables = new List<ReportTable>();
        if (Phases(result.Runs) is { Rows.Count: > 0 } phases)
            tables.Add(phases);
        if (Costs(result.Runs) is { Rows.Count: > 0 } costs)
            tables.Add(costs);
        if (Churn(result.Runs) is { Rows.Count: > 0 } churn)
            tables.Add(churn);
        if (Processes(result.Runs) is { Rows.Count: > 0 } processes)
            tables.Add(processes);
        if (Requests(result.Runs) is { Rows.Count: > 0 } requests)
            tables.Add(requests);
        tables.AddRange(result.Runs.Where(run => run.Limit is not null).Select((run, index) => Limit(run.Limit!, result.Runs.Count > 1 ? index + 1 : null)));
        return new ReportModel($"Load test: {Numbers.Show(result.Foos)} Foos", Verdicts(result), result.Converged, FactsOf(result), tables, missing);
    }

    /// <summary>The report of two load tests side by side.</summary>
    public static ReportModel Compare((string Name, LoadTestResult Result) before, (string Name, LoadTestResult Result) after)
    {
        var figures = ComparedFigure.Of(Figures.Of(before.Result.Runs), Figures.Of(after.Result.Runs));
        var rows = figures.Select(figure => (IReadOnlyList<string>)
        [
            $"{figure.Phase}: {figure.Name}", Numbers.Show(figure.Before, figure.Unit), Numbers.Show(figure.After, figure.Unit), Numbers.Percent(figure.Change),
            figure.Change is not { } change || change == 0 ? "" : figure.Before!.Value.Runs == 1 || figure.After!.Value.Runs == 1 ? "run once" : !figure.IsClear ? "within the spread" : change > 0 == figure.MoreIsBetter ? "better" : "worse",
        ]).ToList();
        var facts = FactsOf(before.Result).Zip(FactsOf(after.Result), static (a, b) => (IReadOnlyList<string>)[a.Name, a.Value, b.Value]).Prepend(["results", before.Name, after.Name]).ToList();
        return new ReportModel(
            "Load tests compared", [], before.Result.Converged && after.Result.Converged, [],
            [
                new ReportTable("What is compared", null, ["", "A", "B"], facts),
                new ReportTable("A and B", "Medians of the runs, with the smallest and the largest. What lies within the spread of the runs, or was run once, is not told from noise.", ["", "A", "B", "change", ""], rows),
            ], []);
    }

    private static List<string> Verdicts(LoadTestResult result)
    {
        var verdicts = new List<string>();
        verdicts.AddRange(result.Runs.Select((run, index) => (run.Aborted, index)).Where(run => run.Aborted is not null)
            .Select(run => $"Run {run.index + 1} ended early: {run.Aborted}"));
        foreach (var limit in result.Runs.Select(run => run.Limit).OfType<LimitResult>())
        {
            verdicts.Add(limit.PerSecond > 0
                ? $"{Numbers.Show(limit.PerSecond)} changes a second are sustained ({limit.Objective}){(limit.FailedPerSecond is { } failed ? $"; {Numbers.Show(failed)} are not" : "")}."
                : $"No rate that was tried is sustained ({limit.Objective}).");
        }

        var failed2 = result.Runs.SelectMany(run => run.Phases).Where(phase => phase.NotConverged > 0 || phase.Refused > 0 || phase.Ready < phase.Asked).ToList();
        verdicts.AddRange(failed2.Select(phase => FormattableString.Invariant(
            $"{phase.Phase}: {phase.Asked - phase.Ready} of {phase.Asked} changes did not converge ({phase.Refused} were refused by the API server); {phase.NotConverged} Foos were not as they should be at its end.")));
        if (result.Converged)
            verdicts.Add("Everything converged.");
        return verdicts;
    }

    private static List<(string Name, string Value)> FactsOf(LoadTestResult result) =>
    [
        ("tested", result.Subject),
        ("API server", result.Server),
        ("Foos", Numbers.Show(result.Foos)),
        ("runs", result.Runs.Count.ToString(CultureInfo.InvariantCulture)),
        ("machine", string.Create(CultureInfo.InvariantCulture, $"{result.Machine.System}, {result.Machine.Processors} processors, {result.Machine.MemoryGigabytes:0.#} GB, {result.Machine.Runtime}")
            + (result.Machine.LoadAverage is { } load ? string.Create(CultureInfo.InvariantCulture, $"; load average {load:0.0} before the test") : "")),
        ("Deployments are made available by", result.Availability),
        ("began", result.Started.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ("command", result.Command),
        ("version of the load test", result.Version),
    ];

    private static ReportTable Phases(IReadOnlyList<RunResult> runs) => new(
        "Phases",
        "Latencies in milliseconds, counted from when a change was due. Deployment: its Deployment was seen as wanted. Ready: the Foo's status says so, too.",
        ["phase", "changes", "converged", "time", "per second", "Deployment p50", "p99", "ready p50", "p99", "max"],
        [.. ByPhase(runs).Select(phase => (IReadOnlyList<string>)
        [
            phase.Name,
            Median(phase.Results, result => result.Asked),
            phase.Results.Max(result => result.Asked) == 0 ? Numbers.None : Median(phase.Results, result => result.Ready),
            Numbers.Show(Spread.Of(phase.Results.Select(result => (double?)result.Seconds)), "s"),
            Numbers.Show(Spread.Of(phase.Results.Select(result => result.PerSecond)), ""),
            Median(phase.Results, result => result.UntilFollowed?.P50),
            Median(phase.Results, result => result.UntilFollowed?.P99),
            Median(phase.Results, result => result.UntilReady?.P50),
            Median(phase.Results, result => result.UntilReady?.P99),
            Median(phase.Results, result => result.UntilReady?.Max),
        ])]);

    private static ReportTable Costs(IReadOnlyList<RunResult> runs)
    {
        var rows = new List<IReadOnlyList<string>>();
        if (Spread.Of(runs.Select(run => run.Start?.CpuSeconds)) is { } start)
        {
            rows.Add(["start, ready after " + Numbers.Show(Spread.Of(runs.Select(run => run.Start?.Seconds)), "s"), Numbers.Show(start, "s"), Numbers.None, Numbers.None, Numbers.None,
                Numbers.None, Numbers.Show(Spread.Of(runs.Select(run => run.Start?.PrivateMegabytes)), "MB"), Numbers.None]);
        }

        rows.AddRange(ByPhase(runs).Where(phase => phase.Results.Any(result => result.SiloCpuSeconds is not null || result.FoosSeen + result.DeploymentsSeen > 0)).Select(phase => (IReadOnlyList<string>)
        [
            phase.Name + (Spread.Of(phase.Results.Select(result => result.RestartSeconds)) is { } restart ? $", ready after {Numbers.Show(restart, "s")}" : ""),
            Numbers.Show(Spread.Of(phase.Results.Select(result => result.SiloCpuSeconds)), "s"),
            Median(phase.Results, result => result.CpuMillisecondsPerChange),
            Median(phase.Results, result => result.Writes),
            Median(phase.Results, result => result.WritesPerChange),
            $"{Median(phase.Results, result => result.FoosSeen)}, {Median(phase.Results, result => result.DeploymentsSeen)}, {Median(phase.Results, result => result.EventsSeen)}",
            Numbers.Show(Spread.Of(phase.Results.Select(result => result.PrivateMegabytes)), "MB"),
            Median(phase.Results, result => result.EventsBehindSeconds),
        ]));
        return new ReportTable(
            "Cost",
            "CPU and memory of all silos together; memory is private dirty memory at the end of the phase. Writes are the silos' own. Seen: changes of Foos and Deployments and Events, whoever made them.",
            ["phase", "silo CPU", "ms per change", "writes", "per change", "seen", "memory", "last Event, s after"], rows);
    }

    private static ReportTable Churn(IReadOnlyList<RunResult> runs) => new(
        "Fresh changes meanwhile", "Latencies in milliseconds, counted from when a change was due.", ["during", "changes", "converged", "ready p50", "p99", "max"],
        [.. ByPhase(runs).Where(phase => phase.Results.Any(result => result.Churn is not null)).Select(phase => (IReadOnlyList<string>)
        [
            phase.Name,
            Median(phase.Results, result => result.Churn?.Asked), Median(phase.Results, result => result.Churn?.Ready), Median(phase.Results, result => result.Churn?.UntilReady?.P50),
            Median(phase.Results, result => result.Churn?.UntilReady?.P99), Median(phase.Results, result => result.Churn?.UntilReady?.Max),
        ])]);

    private static ReportTable Processes(IReadOnlyList<RunResult> runs) => new(
        "Processes", "Of the last run: processor time in seconds during the phase, and memory in megabytes at its end.",
        ["phase", "process", "CPU s", "private MB", "resident MB"],
        [.. runs[^1].Phases.SelectMany(phase => phase.Silos
            .Select(silo => (IReadOnlyList<string>)[phase.Phase, silo.Name, Numbers.Show(silo.CpuSeconds), Numbers.Show(silo.PrivateMegabytes), Numbers.Show(silo.ResidentMegabytes)])
            .Append([phase.Phase, "this load test", Numbers.Show(phase.ToolCpuSeconds), Numbers.None, Numbers.None])
            .Concat(phase.ServerCpuSeconds is { } cpu ? [[phase.Phase, "API server", Numbers.Show(cpu), Numbers.None, Numbers.None]] : []))]);

    private static ReportTable Requests(IReadOnlyList<RunResult> runs) => new(
        "Requests of the silos", "Per change of the phase; of the last run. Watches, and what keeps the silos together, are left out.", ["phase", "request", "number", "per change"],
        [.. runs[^1].Phases.SelectMany(phase => (phase.Requests ?? new Dictionary<string, double>()).OrderByDescending(request => request.Value).Select(request => (IReadOnlyList<string>)
            [phase.Phase, request.Key, Numbers.Show(request.Value), phase.Asked == 0 ? Numbers.None : Numbers.Show(request.Value / phase.Asked)]))]);

    private static ReportTable Limit(LimitResult limit, int? run) => new(
        run is { } number ? FormattableString.Invariant($"Search for the limit, run {number}") : "Search for the limit", limit.Objective + ". A rate that fails is tried twice.",
        ["changes/s", "due", "ready in time", "ready p99", "queue wait p99 at most", "sent late p99", "sustained"],
        [.. limit.Steps.Select(step => (IReadOnlyList<string>)
        [
            Numbers.Show(step.PerSecond), Numbers.Show(step.Planned), Numbers.Show(step.OnTime), Numbers.Show(step.ReadyP99, "ms"), Numbers.Show(step.QueueWaitP99, "s"),
            Numbers.Show(step.SentLateP99, "ms"), step.Sustained ? "yes" : "no",
        ])]);

    private static IEnumerable<(string Name, List<PhaseResult> Results)> ByPhase(IReadOnlyList<RunResult> runs) =>
        runs.SelectMany(run => run.Phases).GroupBy(phase => phase.Phase).Select(phase => (phase.Key, phase.ToList()));

    private static string Median(IEnumerable<PhaseResult> results, Func<PhaseResult, double?> value) => Numbers.Show(Spread.Of(results.Select(value))?.Median);
}
