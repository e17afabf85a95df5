namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>The other silos, as a silo asks them.</summary>
internal interface IPeers
{
    /// <summary>How long ago a silo last wrote its heartbeat, as in <see cref="Heartbeats.HeartbeatRecord.SinceUntroubledSuccess"/>.</summary>
    Task<TimeSpan> SinceHeartbeatAsync(SiloAddress peer);

    /// <summary>Whether a silo gets an answer from another.</summary>
    Task<bool> ReachesAsync(SiloAddress peer, SiloAddress target);

    /// <summary>Asks a silo to declare this one dead.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="silo">This silo.</param>
    /// <param name="secret">What shows that it is.</param>
    /// <returns>Whether it is dead now.</returns>
    Task<bool> FenceAsync(SiloAddress peer, SiloAddress silo, string secret);
}
