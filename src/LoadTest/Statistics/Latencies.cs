namespace OrleansOperator.LoadTest.Statistics;

/// <summary>A point of a distribution.</summary>
/// <param name="Quantile">From 0 to 1.</param>
/// <param name="Milliseconds">So many took no longer.</param>
internal readonly record struct QuantilePoint(double Quantile, double Milliseconds);

/// <summary>A distribution of latencies, in milliseconds.</summary>
internal sealed record Latencies
{
    /// <summary>The quantiles that a chart shows: closer together where the tail is.</summary>
    private static readonly double[] s_curve =
        [.. Enumerable.Range(0, 18).Select(i => i * 0.05), 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.992, 0.994, 0.996, 0.998, 0.999, 0.9995, 0.9999, 1];

    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>The median.</summary>
    public required double P50 { get; init; }

    /// <summary>90 of 100 took no longer.</summary>
    public required double P90 { get; init; }

    /// <summary>99 of 100 took no longer.</summary>
    public required double P99 { get; init; }

    /// <summary>999 of 1,000 took no longer.</summary>
    public required double P999 { get; init; }

    /// <summary>The longest.</summary>
    public required double Max { get; init; }

    /// <summary>The whole distribution, for charts.</summary>
    public required IReadOnlyList<QuantilePoint> Curve { get; init; }

    /// <summary>The distribution of some latencies; null when there are none.</summary>
    public static Latencies? Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        if (sorted.Count == 0)
            return null;
        return new Latencies
        {
            Count = sorted.Count,
            P50 = Quantile(sorted, 0.5),
            P90 = Quantile(sorted, 0.9),
            P99 = Quantile(sorted, 0.99),
            P999 = Quantile(sorted, 0.999),
            Max = sorted[^1],
            Curve = [.. s_curve.Where(q => q is 1 || q <= 1 - (1.0 / sorted.Count)).Select(q => new QuantilePoint(q, Math.Round(Quantile(sorted, q), 3)))],
        };
    }

    /// <summary>The smallest value that at least this share of all do not exceed (the nearest rank, which is a value that occurred).</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double quantile) =>
        sorted[Math.Clamp((int)Math.Ceiling((quantile * sorted.Count) - 1e-9) - 1, 0, sorted.Count - 1)];
}
