using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Tests.Statistics;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new double[] { 5 }, 5, 5, 5)]
    [InlineData(new double[] { 3, 1, 2 }, 2, 1, 3)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 2.5, 1, 4)]
    public void The_median_and_the_ends(double[] values, double median, double least, double most) =>
        Assert.Equal(new Spread(median, least, most, values.Length), Spread.Of(values.Select(value => (double?)value)));

    [Fact]
    public void Runs_without_the_figure_do_not_count() => Assert.Equal(new Spread(2, 2, 2, 1), Spread.Of([null, 2, null]));

    [Fact]
    public void What_no_run_has_is_none() => Assert.Null(Spread.Of([null, null]));
}
