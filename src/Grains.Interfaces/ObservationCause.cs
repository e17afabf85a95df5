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
    /// Part of a list, or told because a comparison found that the grain lacks it: the backlog of a start or of a change of the
    /// cluster. Ignored like a change when it is older than the grain's knowledge.
    /// </summary>
    Backlog = 1,

    /// <summary>
    /// A comparison found that the grain's newer knowledge cannot be right: versions go back, and objects return, when etcd is
    /// restored from a backup. The grain reads the object.
    /// </summary>
    Contradiction = 2,
}
