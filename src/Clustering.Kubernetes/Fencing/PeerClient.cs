using Orleans.Runtime.Services;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>Asks the <see cref="IPeerService"/> of other silos.</summary>
internal sealed class PeerClient(IServiceProvider services) : GrainServiceClient<IPeerService>(services), IPeers
{
    /// <inheritdoc/>
    public Task<TimeSpan> SinceHeartbeatAsync(SiloAddress peer) => GetGrainService(peer).SinceHeartbeat();

    /// <inheritdoc/>
    public Task<bool> ReachesAsync(SiloAddress peer, SiloAddress target) => GetGrainService(peer).Reaches(target);

    /// <inheritdoc/>
    public Task<bool> FenceAsync(SiloAddress peer, SiloAddress silo, string secret) => GetGrainService(peer).Fence(silo, secret);
}
