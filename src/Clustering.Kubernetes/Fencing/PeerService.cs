using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>Answers silos that cannot reach the API server.</summary>
[Reentrant]
internal sealed class PeerService(GrainId id, Silo silo, ILoggerFactory loggers, Reachability reachability, IClusterMembershipService membership)
    : GrainService(id, silo, loggers), IPeerService
{
    /// <inheritdoc/>
    public Task<bool> ReachesApiServer() => reachability.ProbeAsync(SelfFencing.ProbeLimit, CancellationToken.None);

    /// <inheritdoc/>
    public Task DeclareDead(SiloAddress silo) => membership.TryKill(silo);
}
