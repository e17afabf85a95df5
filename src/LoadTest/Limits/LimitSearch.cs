namespace OrleansOperator.LoadTest.Limits;

/// <summary>One rate that was tried.</summary>
/// <param name="PerSecond">Changes a second.</param>
/// <param name="Sustained">Whether the objective was met.</param>
internal readonly record struct Attempt(double PerSecond, bool Sustained);

/// <summary>
/// Searches for the highest rate that is sustained: doubles until one is not, then halves the gap. A rate that fails is tried once
/// more before it counts, because one stall of the machine is not the controller's limit.
/// </summary>
/// <param name="First">The rate to begin with; above 0.</param>
/// <param name="Precision">When to stop: the gap, as a share of the highest sustained rate.</param>
/// <param name="Most">No rate above this is tried.</param>
internal sealed record LimitSearch(double First, double Precision = 0.05, double Most = 20_000)
{
    private const double Least = 1;

    private double _failedOnce;

    /// <summary>The highest rate that was sustained; 0 when none was.</summary>
    public double Sustained { get; private init; }

    /// <summary>The lowest rate that was not; null when all were.</summary>
    public double? Failed { get; private init; }

    /// <summary>The rate to try next; null when the limit is found.</summary>
    public double? Next =>
        _failedOnce > 0 ? _failedOnce
        : Failed is not { } failed ? Sustained == 0 ? Math.Min(First, Most) : Sustained >= Most ? null : Math.Min(2 * Sustained, Most)
        : Sustained == 0 ? failed / 2 >= Least ? failed / 2 : null
        : failed - Sustained <= Precision * Sustained ? null
        : (failed + Sustained) / 2;

    /// <summary>The search with the outcome of <see cref="Next"/>.</summary>
    public LimitSearch With(bool sustained)
    {
        var rate = Next ?? throw new InvalidOperationException("The limit is found.");
        return sustained ? this with { Sustained = rate, _failedOnce = 0 }
            : _failedOnce == 0 ? this with { _failedOnce = rate }
            : this with { Failed = rate, _failedOnce = 0 };
    }
}
