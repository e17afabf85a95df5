using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Interfaces;

/// <summary>The reconciling grains that are active on this silo, as the watch ingest needs to see them.</summary>
public interface ILocalReconcilers
{
    /// <summary>
    /// Each grain and the objects that it believes to exist. Read from immutable summaries that the grains publish, without a call
    /// to any grain.
    /// </summary>
    IEnumerable<LocalReconciler> All { get; }

    /// <summary>Deactivates the grains whose home is another silo. Returns how many.</summary>
    int Leave(Homes homes);
}

/// <summary>A grain that is active on this silo.</summary>
/// <param name="Type">The Orleans grain type.</param>
/// <param name="Key">The grain key.</param>
/// <param name="Objects">The objects that it believes to exist.</param>
public readonly record struct LocalReconciler(GrainType Type, ObjectKey Key, IReadOnlyList<KnownObject> Objects);

/// <summary>An object that a grain believes to exist.</summary>
/// <param name="Resource">The kind, as <c>plural.group</c>.</param>
/// <param name="Snapshot">Its state as far as it is known.</param>
public readonly record struct KnownObject(string Resource, ResourceSnapshot Snapshot);
