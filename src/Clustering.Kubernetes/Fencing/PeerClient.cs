using Orleans.Runtime.Services;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>Finds the <see cref="IPeerService"/> of a silo.</summary>
internal sealed class PeerClient(IServiceProvider services) : GrainServiceClient<IPeerService>(services)
{
    public IPeerService Of(SiloAddress silo) => GetGrainService(silo);
}
