namespace OrleansOperator.Clustering.Kubernetes.Evictions;

/// <summary>What a silo knows when Orleans asks it to vote against another, or to declare it dead.</summary>
internal readonly record struct EvictionFacts
{
    /// <summary>Whether the other is an older process at this silo's own address.</summary>
    public bool IsPredecessor { get; init; }

    /// <summary>This silo's status in the table; None when it has no row.</summary>
    public SiloStatus Self { get; init; }

    /// <summary>How long this silo has reached the API server without a gap.</summary>
    public TimeSpan Contact { get; init; }

    /// <summary>How long a silo that has not joined must have watched before silence tells it anything: some heartbeat periods.</summary>
    public TimeSpan Observation { get; init; }

    /// <summary>Whether no Active silo has sent a heartbeat for longer than Orleans allows, by the API server's clock.</summary>
    public bool AllSilent { get; init; }

    /// <summary>Whether it is to be declared dead; otherwise it is a vote, which alone does nothing unless half of the silos confirm it.</summary>
    public bool IsDeath { get; init; }

    /// <summary>How many silos are Active and answer or have sent a heartbeat lately, the other counted in.</summary>
    public int Active { get; init; }

    /// <summary>How many of them were asked just now and do not reach the other, this silo counted in.</summary>
    public int Deniers { get; init; }
}
