using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>Where a grain belongs.</summary>
internal static class Home
{
    /// <summary>The silo among some that a grain belongs to; null when there are none.</summary>
    public static SiloAddress? Of(GrainId grain, IReadOnlyCollection<SiloAddress> silos)
    {
        var owner = Rendezvous.OwnerOf(grain.Key.ToString(), silos.Select(silo => silo.ToParsableString()));
        return owner is null ? null : silos.First(silo => silo.ToParsableString() == owner);
    }
}
