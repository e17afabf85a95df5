namespace OrleansOperator.Grains.Engine;

/// <summary>What a reconcile ended with, and when the next one is due.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="After">For <see cref="OutcomeKind.Later"/> when; for <see cref="OutcomeKind.Failed"/> the least wait that the server asked for.</param>
public readonly record struct ReconcileOutcome(OutcomeKind Kind, TimeSpan After = default)
{
    /// <summary>Everything is as it should be.</summary>
    public static ReconcileOutcome Done => new(OutcomeKind.Done);

    /// <summary>Given up until something changes, or a resync.</summary>
    public static ReconcileOutcome Stalled => new(OutcomeKind.Stalled);

    /// <summary>To be requeued after a time.</summary>
    public static ReconcileOutcome Later(TimeSpan after) => new(OutcomeKind.Later, after);

    /// <summary>To be tried again with back-off.</summary>
    public static ReconcileOutcome Failed(TimeSpan atLeast = default) => new(OutcomeKind.Failed, atLeast);
}
