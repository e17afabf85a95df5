using OrleansOperator.LoadTest.Phases;

namespace OrleansOperator.LoadTest.CommandLine;

/// <summary>Who makes the replicas of Deployments available.</summary>
internal enum Availability
{
    /// <summary>Finds out with a Deployment of its own.</summary>
    Auto,

    /// <summary>The cluster does.</summary>
    Cluster,

    /// <summary>This tool does, where no kubelet runs.</summary>
    Tool,
}

/// <summary>What is tested and how, as the command line says.</summary>
internal sealed record LoadTestOptions
{
    /// <summary>The kubeconfig file; null for the usual places.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The kubeconfig's context; null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>Whether to start an API server and silos.</summary>
    public bool Dev { get; init; }

    /// <summary>How many silos <see cref="Dev"/> starts.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>The silo program that <see cref="Dev"/> starts; null for the one beside this tool.</summary>
    public string? SiloProgram { get; init; }

    /// <summary>How much later the API server of <see cref="Dev"/> answers each write of the silos.</summary>
    public TimeSpan WriteDelay { get; init; }

    /// <summary>How many Foos a silo of <see cref="Dev"/> reconciles at once; null for its default.</summary>
    public int? MaxConcurrentReconciles { get; init; }

    /// <summary>How many Foos there are.</summary>
    public int Foos { get; init; } = 1000;

    /// <summary>Changes a second; null for as fast as they are accepted.</summary>
    public double? Rate { get; init; }

    /// <summary>Over how many namespaces the Foos are spread.</summary>
    public int Namespaces { get; init; } = 10;

    /// <summary>Fresh changes a second of other Foos while the phases run; 0 for none.</summary>
    public double Churn { get; init; }

    /// <summary>How long what has no number of changes lasts: the idle and churn phases, and each step of <see cref="FindLimit"/>.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The phases, in order.</summary>
    public IReadOnlyList<PhaseKind> Phases { get; init; } = PhaseKinds.Default;

    /// <summary>Requests in flight at once where no rate is given.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>How often the whole test runs.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>Folder for results.json and report.html; null for none.</summary>
    public string? Out { get; init; }

    /// <summary>Whether to search for the highest rate that meets the objective.</summary>
    public bool FindLimit { get; init; }

    /// <summary>How long to wait with nothing converging before what is missing is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where silos serve their metrics.</summary>
    public IReadOnlyList<Uri> Metrics { get; init; } = [];

    /// <summary>Shell command that restarts the controller and returns when it is ready.</summary>
    public string? RestartCommand { get; init; }

    /// <summary>Who makes Deployments available.</summary>
    public Availability Availability { get; init; }

    /// <summary>Whether to delete what earlier tests left behind, and do nothing else.</summary>
    public bool Cleanup { get; init; }

    /// <summary>Two results to compare; empty to run a test.</summary>
    public IReadOnlyList<string> Compare { get; init; } = [];
}
