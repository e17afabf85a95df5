using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Results;

/// <summary>What a process used during a phase.</summary>
/// <param name="Name">The process.</param>
/// <param name="CpuSeconds">Processor time.</param>
/// <param name="ResidentMegabytes">Resident memory at the end.</param>
/// <param name="PrivateMegabytes">Private dirty memory at the end; null where it cannot be seen.</param>
internal sealed record ProcessResult(string Name, double CpuSeconds, double ResidentMegabytes, double? PrivateMegabytes);

/// <summary>What was measured in one phase.</summary>
internal sealed record PhaseResult
{
    /// <summary>The phase.</summary>
    public required string Phase { get; init; }

    /// <summary>Changes that were to be made.</summary>
    public int Asked { get; init; }

    /// <summary>Those that the API server accepted.</summary>
    public int Accepted { get; init; }

    /// <summary>Those that converged.</summary>
    public int Ready { get; init; }

    /// <summary>Those that the API server refused.</summary>
    public int Refused { get; init; }

    /// <summary>From the first change until the last was ready.</summary>
    public double Seconds { get; init; }

    /// <summary>Changes that became ready a second; null without changes.</summary>
    public double? PerSecond { get; init; }

    /// <summary>From due to accepted, in milliseconds.</summary>
    public Latencies? UntilAccepted { get; init; }

    /// <summary>From accepted until the Deployment was seen as wanted.</summary>
    public Latencies? AcceptedToFollowed { get; init; }

    /// <summary>From due until the Deployment was seen as wanted.</summary>
    public Latencies? UntilFollowed { get; init; }

    /// <summary>From due until the Foo's status said so.</summary>
    public Latencies? UntilReady { get; init; }

    /// <summary>How late changes were sent: what the load test itself could not keep up with.</summary>
    public Latencies? SentLate { get; init; }

    /// <summary>The fresh changes that were made meanwhile; null without churn.</summary>
    public PhaseResult? Churn { get; init; }

    /// <summary>What the silos used.</summary>
    public IReadOnlyList<ProcessResult> Silos { get; init; } = [];

    /// <summary>Processor time of all silos; null when they cannot be seen.</summary>
    public double? SiloCpuSeconds { get; init; }

    /// <summary>Processor time of this tool.</summary>
    public double ToolCpuSeconds { get; init; }

    /// <summary>Processor time of the API server; null when it cannot be seen.</summary>
    public double? ServerCpuSeconds { get; init; }

    /// <summary>Requests of the silos by verb and resource; null when they cannot be seen.</summary>
    public IReadOnlyDictionary<string, double>? Requests { get; init; }

    /// <summary>Writes of the silos; null when they cannot be seen.</summary>
    public double? Writes { get; init; }

    /// <summary>Changes of Foos that the watches saw, the load test's own included.</summary>
    public long FoosSeen { get; init; }

    /// <summary>Changes of Deployments that the watches saw, the load test's own included.</summary>
    public long DeploymentsSeen { get; init; }

    /// <summary>Events about Foos that the watches saw.</summary>
    public long EventsSeen { get; init; }

    /// <summary>How long after the last Foo was ready the last Event came; null when it is not measured.</summary>
    public double? EventsBehindSeconds { get; init; }

    /// <summary>From the restart until the silos said that they are ready; null in other phases.</summary>
    public double? RestartSeconds { get; init; }

    /// <summary>How many Foos did not converge.</summary>
    public int NotConverged { get; init; }

    /// <summary>The first of them, with what is missing.</summary>
    public IReadOnlyList<string> NotConvergedNames { get; init; } = [];

    /// <summary>Processor time of the silos per change, in milliseconds; null when it cannot be seen.</summary>
    public double? CpuMillisecondsPerChange => SiloCpuSeconds is { } cpu && AllAsked > 0 ? cpu * 1000 / AllAsked : null;

    /// <summary>Writes of the silos per change; null when they cannot be seen.</summary>
    public double? WritesPerChange => Writes is { } writes && AllAsked > 0 ? writes / AllAsked : null;

    /// <summary>All changes, the fresh ones that were made meanwhile included: what was used was used for them, too.</summary>
    private int AllAsked => Asked + (Churn?.Asked ?? 0);

    /// <summary>Resident memory of all silos at the end, in megabytes; null when it cannot be seen.</summary>
    public double? ResidentMegabytes => Silos.Count == 0 ? null : Silos.Sum(silo => silo.ResidentMegabytes);

    /// <summary>Private dirty memory of all silos at the end, in megabytes; null when it cannot be seen.</summary>
    public double? PrivateMegabytes => Silos.Count == 0 || Silos.Any(silo => silo.PrivateMegabytes is null) ? null : Silos.Sum(silo => silo.PrivateMegabytes);
}

/// <summary>One rate that was tried in the search for the limit.</summary>
/// <param name="PerSecond">Changes a second.</param>
/// <param name="Planned">How many were due.</param>
/// <param name="OnTime">How many were ready in time.</param>
/// <param name="ReadyP99">From due to ready, in milliseconds; of those that were ready when the step ended.</param>
/// <param name="QueueWaitP99">The bound that the wait in the queue kept, in seconds; null when it cannot be seen.</param>
/// <param name="SentLateP99">How late the load test sent, in milliseconds.</param>
/// <param name="Sustained">Whether the objective was met.</param>
internal sealed record LimitStep(double PerSecond, int Planned, int OnTime, double? ReadyP99, double? QueueWaitP99, double? SentLateP99, bool Sustained);

/// <summary>The highest rate that meets the objective.</summary>
/// <param name="PerSecond">Changes a second; 0 when none did.</param>
/// <param name="FailedPerSecond">The lowest rate that did not; null when all did.</param>
/// <param name="QueueWaitWasSeen">Whether the wait in the queue was judged too.</param>
/// <param name="Steps">What was tried, in order.</param>
internal sealed record LimitResult(double PerSecond, double? FailedPerSecond, bool QueueWaitWasSeen, IReadOnlyList<LimitStep> Steps)
{
    /// <summary>The objective, in words.</summary>
    public string Objective => QueueWaitWasSeen
        ? FormattableString.Invariant($"queue wait p99 ≤ {Limits.Objective.QueueWait.TotalSeconds} s and change → ready p99 ≤ {Limits.Objective.Ready.TotalSeconds} s")
        : FormattableString.Invariant($"change → ready p99 ≤ {Limits.Objective.Ready.TotalSeconds} s; the silos' queue wait could not be seen, so it was not judged");
}
