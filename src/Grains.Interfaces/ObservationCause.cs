namespace OrleansOperator.Grains.Interfaces;

/// <summary>Why an <see cref="Observation"/> is sent. It decides who goes first, and what is tried again; never what is done.</summary>
[GenerateSerializer, Alias("oo.cause")]
public enum ObservationCause
{
    /// <summary>The object changed just now. Goes before any backlog.</summary>
    Change = 0,

    /// <summary>Part of a list: the start-up backlog, a relist, or a delivery after the cluster of silos changed.</summary>
    Backlog = 1,

    /// <summary>Periodic resync: nothing changed, but what had been given up is tried again.</summary>
    Resync = 2,
}
