using Orleans.Services;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>What silos ask of each other, by way of their own connections.</summary>
[Alias("orleansoperator.clustering.peer")]
internal interface IPeerService : IGrainService
{
    /// <summary>How long ago this silo last wrote its heartbeat, as in <see cref="Heartbeats.HeartbeatRecord.SinceUntroubledSuccess"/>.</summary>
    [Alias("since-heartbeat")]
    Task<TimeSpan> SinceHeartbeat();

    /// <summary>Whether this silo gets an answer from another now: before that one is declared dead.</summary>
    /// <param name="silo">The other.</param>
    [Alias("reaches-silo")]
    Task<bool> Reaches(SiloAddress silo);

    /// <summary>Declares the asking silo dead, which cannot write that itself.</summary>
    /// <param name="silo">The asking silo.</param>
    /// <param name="secret">The secret whose hash stands in its row.</param>
    /// <returns>Whether it is dead now.</returns>
    [Alias("fence")]
    Task<bool> Fence(SiloAddress silo, string secret);
}
