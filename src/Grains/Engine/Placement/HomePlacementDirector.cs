using Orleans.Runtime.Placement;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>Chooses a grain's home among the active silos that know its type.</summary>
internal sealed class HomePlacementDirector(CurrentHomes current) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var silos = context.GetCompatibleSilos(target);
        var homes = current.Value;
        if (homes.Silos.Length != silos.Length || !Array.TrueForAll(silos, homes.Silos.Contains))
            homes = new Homes(silos);
        return Task.FromResult(homes.Of(target.GrainIdentity.Key.ToString().AsSpan())!);
    }
}
