using Orleans.Services;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>What a silo that cannot write its heartbeats asks of another, by way of their own connection.</summary>
[Alias("orleansoperator.clustering.peer")]
internal interface IPeerService : IGrainService
{
    /// <summary>How long ago this silo last wrote its heartbeat; <see cref="TimeSpan.MaxValue"/> when it never has.</summary>
    [Alias("since-heartbeat")]
    Task<TimeSpan> SinceHeartbeat();

    /// <summary>Declares the asking silo dead, which cannot write that itself.</summary>
    /// <param name="silo">The asking silo.</param>
    /// <param name="secret">The secret whose hash stands in its row.</param>
    /// <returns>Whether it is dead now.</returns>
    [Alias("fence")]
    Task<bool> Fence(SiloAddress silo, string secret);
}
