using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.WatchIngest;

/// <summary>One kind that is watched, and whose grains observe it.</summary>
public sealed record FeedDefinition
{
    /// <summary>The kind.</summary>
    public required ResourceType Resource { get; init; }

    /// <summary>From JSON to what is kept.</summary>
    public required SnapshotDecoder Decode { get; init; }

    /// <summary>The grain that an object concerns; null when none does.</summary>
    public required Func<ResourceSnapshot, ObjectKey?> Route { get; init; }

    /// <summary>The grain of a key.</summary>
    public required Func<IGrainFactory, ObjectKey, IReconcilerGrain> Grain { get; init; }

    /// <summary>The Orleans type of these grains.</summary>
    public required GrainType GrainType { get; init; }

    /// <summary>
    /// Whether objects of this kind are owned by others. A silo's grains are told all owned objects before their owners, so that a
    /// grain knows what there is before it decides what is missing.
    /// </summary>
    public bool IsOwned { get; init; }

    /// <summary>
    /// The grain that has to know an object; null when none has. An owner that is being deleted concerns a grain, but keeps none
    /// active: a grain that need not take care of anything any more leaves, and must not be told for ever what it had left.
    /// </summary>
    internal ObjectKey? Needs(ResourceSnapshot snapshot) => IsOwned || !snapshot.Deleting ? Route(snapshot) : null;

    /// <summary>The namespaces to watch; empty for all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Into how many uid ranges the kind is divided; 1 or more.</summary>
    public int Ranges { get; init; } = 1;
}
