namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// One fact about one object, as the watch ingest last saw it. Observations may be lost, doubled or late: the grain keeps
/// the newest by uid and resource version and acts on what it knows, never on what an observation says happened.
/// </summary>
/// <param name="Snapshot">The object, or for a tombstone its last known state.</param>
/// <param name="Deleted">Whether this is a tombstone: the object is gone from the API server.</param>
/// <param name="Cause">Why it is sent.</param>
[GenerateSerializer, Immutable, Alias("oo.observation")]
public sealed record Observation(
    [property: Id(0)] ResourceSnapshot Snapshot,
    [property: Id(1)] bool Deleted,
    [property: Id(2)] ObservationCause Cause);
