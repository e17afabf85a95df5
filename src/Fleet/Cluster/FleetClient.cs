using Orleans.Runtime.Services;

namespace OrleansOperator.Fleet.Cluster;

/// <summary>Finds the <see cref="IFleetService"/> of a silo.</summary>
internal sealed class FleetClient(IServiceProvider services) : GrainServiceClient<IFleetService>(services)
{
    public IFleetService Of(SiloAddress silo) => GetGrainService(silo);
}
