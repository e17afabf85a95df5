namespace OrleansOperator.LoadTest.Scheduling;

/// <summary>
/// When changes are due. A change is due at its time whether or not those before it have been accepted, so that a slow system cannot
/// slow down what measures it (no coordinated omission).
/// </summary>
/// <param name="PerSecond">Changes a second; above 0.</param>
/// <param name="Count">How many changes.</param>
internal readonly record struct Schedule(double PerSecond, int Count)
{
    /// <summary>The changes of a rate during a time.</summary>
    public static Schedule During(double perSecond, TimeSpan duration) => new(perSecond, Math.Max(1, (int)Math.Round(perSecond * duration.TotalSeconds)));

    /// <summary>When a change is due, from the beginning.</summary>
    public TimeSpan DueAt(int index) => TimeSpan.FromSeconds(index / PerSecond);

    /// <summary>How many changes are due by a time from the beginning.</summary>
    public int DueBy(TimeSpan elapsed) =>
        elapsed < TimeSpan.Zero ? 0 : (int)Math.Min(Count, Math.Floor((elapsed.TotalSeconds * PerSecond) + 1e-9) + 1);
}
