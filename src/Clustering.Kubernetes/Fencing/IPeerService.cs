using Orleans.Services;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>What a silo that cannot reach the API server asks of another, by way of their own connection.</summary>
[Alias("orleansoperator.clustering.peer")]
internal interface IPeerService : IGrainService
{
    /// <summary>Whether this silo can reach the API server now.</summary>
    [Alias("reaches")]
    Task<bool> ReachesApiServer();

    /// <summary>Declares the asking silo dead, which cannot write that itself.</summary>
    /// <param name="silo">The asking silo.</param>
    [Alias("declare-dead")]
    Task DeclareDead(SiloAddress silo);
}
