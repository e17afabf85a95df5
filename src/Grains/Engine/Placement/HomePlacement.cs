using Orleans.Placement;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>
/// Places a grain at its home: the silo that rendezvous hashing gives its key among the active ones. Homes are spread evenly,
/// every silo knows them without asking, and a silo that comes or goes changes only the homes that it takes or leaves.
/// </summary>
[GenerateSerializer, Immutable, Alias("oo.home-placement")]
internal sealed class HomePlacement : PlacementStrategy;

/// <summary>Marks grains that are placed at their home.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class HomePlacementAttribute() : PlacementAttribute(new HomePlacement());
