namespace OrleansOperator.Grains.Engine;

/// <summary>How a reconcile ended.</summary>
public enum OutcomeKind
{
    /// <summary>Everything is as it should be.</summary>
    Done,

    /// <summary>Given up until something changes, or a resync.</summary>
    Stalled,

    /// <summary>To be requeued after a time; no failure.</summary>
    Later,

    /// <summary>To be tried again with back-off.</summary>
    Failed,
}
