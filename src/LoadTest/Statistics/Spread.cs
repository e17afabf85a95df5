namespace OrleansOperator.LoadTest.Statistics;

/// <summary>One figure over several runs.</summary>
/// <param name="Median">The median; of an even number the mean of the two in the middle.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="Runs">How many runs have it.</param>
internal readonly record struct Spread(double Median, double Least, double Most, int Runs)
{
    /// <summary>The spread of a figure; null when no run has it.</summary>
    public static Spread? Of(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToList();
        if (sorted.Count == 0)
            return null;
        var middle = sorted.Count / 2;
        return new Spread(sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1], sorted.Count);
    }
}
