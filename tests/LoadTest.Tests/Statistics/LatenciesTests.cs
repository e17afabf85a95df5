using CsCheck;
using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Tests.Statistics;

public sealed class LatenciesTests
{
    [Fact]
    public void Quantiles_are_values_that_occurred()
    {
        var latencies = Latencies.Of(Enumerable.Range(1, 1000).Select(i => (double)i))!;
        Assert.Equal((1000, 500, 900, 990, 999, 1000), (latencies.Count, latencies.P50, latencies.P90, latencies.P99, latencies.P999, latencies.Max));
    }

    [Fact]
    public void Nothing_has_no_distribution() => Assert.Null(Latencies.Of([]));

    [Fact]
    public void One_value_is_every_quantile()
    {
        var latencies = Latencies.Of([7])!;
        Assert.Equal((7, 7, 7, 7), (latencies.P50, latencies.P99, latencies.P999, latencies.Max));
    }

    [Fact]
    public void So_many_do_not_exceed_a_quantile() =>
        Gen.Select(Gen.Double[0, 1e6].List[1, 200], Gen.Double[0, 1]).Sample((values, quantile) =>
        {
            var sorted = values.Order().ToList();
            var at = Latencies.Quantile(sorted, quantile);
            return sorted.Count(value => value <= at) >= (quantile * sorted.Count) - 1e-6 && sorted.Contains(at);
        });

    [Fact]
    public void A_curve_rises_and_ends_at_the_longest() =>
        Gen.Double[0, 1e6].List[1, 300].Sample(values =>
        {
            var latencies = Latencies.Of(values)!;
            return latencies.Curve.Zip(latencies.Curve.Skip(1)).All(pair => pair.First.Quantile < pair.Second.Quantile && pair.First.Milliseconds <= pair.Second.Milliseconds)
                && latencies.Curve[^1] == new QuantilePoint(1, Math.Round(latencies.Max, 3));
        });
}
