namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// Why an <see cref="Observation"/> is sent. It decides who goes first, what is retried, and what is read again; never what is
/// written.
/// </summary>
[GenerateSerializer, Alias("oo.cause")]
public enum ObservationCause
{
    /// <summary>
    /// The object changed just now. Goes before any backlog. May be late: what is older than the grain's knowledge is ignored.
    /// </summary>
    Change = 0,

    /// <summary>
    /// Part of a list: the start-up backlog, a relist, or whatever else the ingest tells because its state differs from the
    /// grain's. If it contradicts newer knowledge, the grain reads the object: versions go back when etcd is restored from a
    /// backup, and then the list is right.
    /// </summary>
    Backlog = 1,

    /// <summary>As <see cref="Backlog"/>, at the periodic resync: what had been given up is also retried.</summary>
    Resync = 2,
}
