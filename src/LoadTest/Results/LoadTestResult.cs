using OrleansOperator.LoadTest.Silos;

namespace OrleansOperator.LoadTest.Results;

/// <summary>The machine that the load test ran on.</summary>
/// <param name="System">The operating system.</param>
/// <param name="Processors">Processors that the process may use.</param>
/// <param name="MemoryGigabytes">Memory that the process may use.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="LoadAverage">How many threads wanted a processor in the minute before the test began; null where it cannot be seen.</param>
internal sealed record MachineResult(string System, int Processors, double MemoryGigabytes, string Runtime, double? LoadAverage);

/// <summary>What the silos cost from their start until they were ready.</summary>
/// <param name="Seconds">Until all were ready.</param>
/// <param name="CpuSeconds">Processor time, all silos together.</param>
/// <param name="PrivateMegabytes">Private dirty memory, all silos together; null where it cannot be seen.</param>
internal sealed record StartResult(double Seconds, double CpuSeconds, double? PrivateMegabytes);

/// <summary>When a phase ran, in seconds since the beginning of the run.</summary>
internal sealed record PhaseSpan(string Phase, double From, double To);

/// <summary>One run of all phases.</summary>
internal sealed record RunResult
{
    /// <summary>The silos' start; null when the load test did not start them.</summary>
    public StartResult? Start { get; init; }

    /// <summary>The phases, in order.</summary>
    public IReadOnlyList<PhaseResult> Phases { get; init; } = [];

    /// <summary>The search for the limit; null when there was none.</summary>
    public LimitResult? Limit { get; init; }

    /// <summary>When each phase ran.</summary>
    public IReadOnlyList<PhaseSpan> Spans { get; init; } = [];

    /// <summary>How many changes became ready in each second of the run.</summary>
    public IReadOnlyList<int> ReadyPerSecond { get; init; } = [];

    /// <summary>What the silos used, over time.</summary>
    public IReadOnlyList<SiloMoment> Silos { get; init; } = [];

    /// <summary>Why the run ended early; null when it did not.</summary>
    public string? Aborted { get; init; }
}

/// <summary>All that a reader needs to believe what was measured.</summary>
internal sealed record LoadTestResult
{
    /// <summary>Version of the load test.</summary>
    public required string Version { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The command line.</summary>
    public required string Command { get; init; }

    /// <summary>What was tested, in words.</summary>
    public required string Subject { get; init; }

    /// <summary>Version of the API server.</summary>
    public required string Server { get; init; }

    /// <summary>The machine.</summary>
    public required MachineResult Machine { get; init; }

    /// <summary>How many Foos the phases work on.</summary>
    public required int Foos { get; init; }

    /// <summary>Who made Deployments available.</summary>
    public required string Availability { get; init; }

    /// <summary>The runs.</summary>
    public required IReadOnlyList<RunResult> Runs { get; init; }

    /// <summary>Whether everything converged in all runs.</summary>
    public bool Converged => Runs.All(run => run.Aborted is null && run.Phases.All(phase => phase.NotConverged == 0 && phase.Refused == 0 && phase.Ready == phase.Asked));
}
