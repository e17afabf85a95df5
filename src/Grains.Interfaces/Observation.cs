namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// One fact about one object, as the watch ingest last saw it: its state, or a tombstone. Observations may be lost, doubled or
/// late; the grain keeps the newest and acts on what it knows, never on what an observation says happened.
/// </summary>
/// <remarks>
/// A tombstone speaks of its uid only, and for good: a uid never comes back, so a tombstone needs no version, and says nothing
/// about a successor of the same name. Versions are compared within a uid.
/// </remarks>
[Immutable]
public sealed record Observation
{
    /// <summary>The kind of the object, as <c>plural.group</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>Namespace and name of the object.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>metadata.uid of the object.</summary>
    public required string Uid { get; init; }

    /// <summary>The object as it was seen; null for a tombstone: the object is gone from the API server.</summary>
    public ResourceSnapshot? Snapshot { get; init; }

    /// <summary>Why it is sent.</summary>
    public ObservationCause Cause { get; init; }

    /// <summary>Whether the object is gone.</summary>
    public bool IsTombstone => Snapshot is null;

    /// <summary>An object as it was seen.</summary>
    public static Observation Of(string resource, ResourceSnapshot snapshot, ObservationCause cause)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new Observation { Resource = resource, Key = snapshot.Key, Uid = snapshot.Uid, Snapshot = snapshot, Cause = cause };
    }

    /// <summary>An object is gone.</summary>
    public static Observation Tombstone(string resource, ObjectKey key, string uid, ObservationCause cause) =>
        new() { Resource = resource, Key = key, Uid = uid, Cause = cause };
}
