namespace OrleansOperator.Grains.Engine.Journal;

/// <summary>
/// How the reconciling of one object stands. Immutable and replaced as a whole, so that any thread can read it. Times are UTC;
/// <see cref="DateTime"/>, because one of these is kept for every object.
/// </summary>
/// <param name="Checked">When the object was last compared with what it should be; default when it never was.</param>
/// <param name="Started">When the last reconcile with something to do started; default when there was none.</param>
/// <param name="Took">How long that reconcile took, waiting for its turn not counted; negative while it runs.</param>
/// <param name="Outcome">How the last check or reconcile ended.</param>
/// <param name="Failures">How many reconciles in a row have failed.</param>
/// <param name="Due">When the next attempt is due; default when the object waits for a change.</param>
/// <param name="Problem">Why the last reconcile failed; null when it did not, or when the object's conditions say why.</param>
public sealed record ReconcileStatus(
    DateTime Checked, DateTime Started, TimeSpan Took, OutcomeKind Outcome, int Failures, DateTime Due, string? Problem)
{
    private static readonly TimeSpan Unfinished = TimeSpan.MinValue;

    /// <summary>An object that was not looked at yet.</summary>
    public static ReconcileStatus None { get; } = new(default, default, default, OutcomeKind.Done, 0, default, null);

    /// <summary>Whether a reconcile is under way.</summary>
    public bool IsRunning => Took == Unfinished;

    /// <summary>A reconcile has started.</summary>
    public ReconcileStatus Running(DateTime now) => this with { Checked = now, Started = now, Took = Unfinished };
}
