using Orleans.Runtime.Placement;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>Chooses a grain's home among the active silos.</summary>
internal sealed class HomePlacementDirector : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) ?? Home.Of(target.GrainIdentity, silos)!);
    }
}
