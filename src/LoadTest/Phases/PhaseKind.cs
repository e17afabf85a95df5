namespace OrleansOperator.LoadTest.Phases;

/// <summary>What is done to the Foos.</summary>
internal enum PhaseKind
{
    /// <summary>Foos are created.</summary>
    Create,

    /// <summary>The replicas of each Foo change from 1 to 3.</summary>
    Scale,

    /// <summary>The replicas of each Deployment are changed by hand, which the controller corrects.</summary>
    Drift,

    /// <summary>Each Deployment is deleted by hand, and the controller recreates it.</summary>
    Lost,

    /// <summary>Nothing is changed for the duration.</summary>
    Idle,

    /// <summary>The controller is restarted, and nothing is changed.</summary>
    Restart,

    /// <summary>Only the churn's changes are made, for the duration.</summary>
    Churn,

    /// <summary>Foos are deleted, and their Deployments are collected.</summary>
    Delete,
}

/// <summary>The names of the phases.</summary>
internal static class PhaseKinds
{
    /// <summary>What runs when nothing else is asked.</summary>
    public static IReadOnlyList<PhaseKind> Default { get; } = [PhaseKind.Create, PhaseKind.Scale, PhaseKind.Drift, PhaseKind.Lost, PhaseKind.Idle, PhaseKind.Delete];

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => Enum.GetValues<PhaseKind>().Select(Name);

    /// <summary>A phase as users write it.</summary>
    public static string Name(this PhaseKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The phase of a name; null when there is none.</summary>
    public static PhaseKind? Named(string name) =>
        Enum.GetValues<PhaseKind>().Where(kind => kind.Name() == name).Select(kind => (PhaseKind?)kind).FirstOrDefault();
}
