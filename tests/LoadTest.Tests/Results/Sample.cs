using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Silos;
using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Tests.Results;

/// <summary>Results as a load test has them.</summary>
internal static class Sample
{
    public static LoadTestResult Result(params RunResult[] runs) => new()
    {
        Version = "1.2.3",
        Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Command = "--dev --foos 100",
        Subject = "2 silos",
        Server = "v1.36.0",
        Machine = new MachineResult("Linux", 2, 8, ".NET 10", 0.5),
        Foos = 100,
        Availability = "the cluster",
        Runs = runs,
    };

    public static RunResult Run() => new()
    {
        Start = new StartResult(2.5, 1.2, 99),
        Phases =
        [
            new PhaseResult
            {
                Phase = "create", Asked = 100, Accepted = 100, Ready = 100, Seconds = 2, PerSecond = 50, SiloCpuSeconds = 0.1, Writes = 300,
                UntilReady = Latencies.Of(Enumerable.Range(1, 100).Select(i => (double)i)), UntilFollowed = Latencies.Of([1, 2, 3]),
                Silos = [new ProcessResult("silo 0", 0.1, 200, 99)],
                Requests = new Dictionary<string, double> { ["create deployments.apps"] = 100 },
            },
            new PhaseResult { Phase = "idle", Seconds = 10, SiloCpuSeconds = 0.01, Writes = 0 },
        ],
        Spans = [new PhaseSpan("create", 0, 2), new PhaseSpan("idle", 2, 12)],
        ReadyPerSecond = [40, 60],
        Silos = [.. Enumerable.Range(0, 12).Select(second => new SiloMoment(second, [new SiloReading("silo 0", second * 0.1, 200_000_000, 100_000_000)]))],
        Limit = new LimitResult(80, 84, true, [new LimitStep(80, 800, 800, 120, 0.1, 2, true), new LimitStep(84, 840, 700, 7000, 10, 2, false)]),
    };
}
