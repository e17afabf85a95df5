namespace OrleansOperator.LoadTest.Statistics;

/// <summary>A Prometheus histogram of waits: how many took no longer than each bound.</summary>
/// <param name="Buckets">Cumulative counts by bound in seconds; the last bound is infinity.</param>
internal sealed record WaitHistogram(IReadOnlyDictionary<double, double> Buckets)
{
    /// <summary>Nothing was waited for.</summary>
    public static WaitHistogram Empty { get; } = new(new Dictionary<double, double>());

    /// <summary>How many waits.</summary>
    public double Count => Buckets.TryGetValue(double.PositiveInfinity, out var count) ? count : 0;

    /// <summary>The sum of a metric's buckets over all its series.</summary>
    public static WaitHistogram Of(IEnumerable<MetricSample> samples, string metric) => new(
        samples.Where(sample => sample.Name == metric + "_bucket")
            .Select(sample => (Bound: Bound(sample["le"]), sample.Value))
            .Where(bucket => bucket.Bound is not null)
            .GroupBy(bucket => bucket.Bound!.Value)
            .ToDictionary(bound => bound.Key, bound => bound.Sum(bucket => bucket.Value)));

    /// <summary>All of two.</summary>
    public WaitHistogram Plus(WaitHistogram other) => Combine(other, static (mine, theirs) => mine + theirs);

    /// <summary>What was added since an earlier state. A restarted process counts from zero.</summary>
    public WaitHistogram Since(WaitHistogram earlier) => Count < earlier.Count ? this : Combine(earlier, static (mine, theirs) => Math.Max(0, mine - theirs));

    /// <summary>The bound that a share of the waits did not exceed: the smallest bucket that holds so many; null when there are none.</summary>
    public double? Quantile(double quantile) =>
        Count <= 0 ? null : Buckets.OrderBy(bucket => bucket.Key).First(bucket => bucket.Value >= quantile * Count).Key;

    private WaitHistogram Combine(WaitHistogram other, Func<double, double, double> combine) => new(
        Buckets.Keys.Union(other.Buckets.Keys).ToDictionary(
            bound => bound, bound => combine(Buckets.GetValueOrDefault(bound), other.Buckets.GetValueOrDefault(bound))));

    private static double? Bound(string text) =>
        text == "+Inf" ? double.PositiveInfinity
        : double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var bound) ? bound
        : null;
}
