namespace OrleansOperator.Clustering.Kubernetes.Evictions;

/// <summary>
/// Whether a vote or a declaration of Orleans' is written. Orleans 10.4.2 lowers the votes that it needs with each stale heartbeat, to none
/// for a silo that joins; two silos suffice to evict any of a hundred, which the rest may reach; and votes that cannot be written wait in a
/// queue for as long as the API server is away. So half of the silos have to confirm.
/// </summary>
internal static class EvictionRule
{
    /// <summary>Why it is not written; null when it is.</summary>
    public static string? Refusal(in EvictionFacts facts) => facts switch
    {
        { IsPredecessor: true } => null,
        { Self: not SiloStatus.Active, AllSilent: false } => "this silo has not joined, and others have",
        { Self: not SiloStatus.Active } when facts.Contact < facts.Observation =>
            "this silo has not joined, and has not watched the heartbeats for long enough",
        { Self: SiloStatus.Active, IsDeath: true } when !IsConfirmed(facts) =>
            FormattableString.Invariant($"{facts.Deniers} of {facts.Active} active silos do not reach it now, which is less than half"),
        _ => null,
    };

    /// <summary>Whether an active silo has found that half of the active silos do not reach the other: then its vote alone suffices.</summary>
    public static bool IsConfirmed(in EvictionFacts facts) => facts.Self == SiloStatus.Active && facts.Deniers * 2 >= facts.Active && facts.Deniers > 0;
}
