using CsCheck;
using OrleansOperator.LoadTest.Limits;

namespace OrleansOperator.LoadTest.Tests.Limits;

public sealed class LimitSearchTests
{
    [Fact]
    public void It_doubles_until_a_rate_fails_twice_and_then_halves_the_gap()
    {
        var (search, tried) = Run(new LimitSearch(20, Precision: 0.1), rate => rate <= 100);
        Assert.Equal([20, 40, 80, 160, 160, 120, 120, 100, 110, 110], tried);
        Assert.Equal((100, 110), (search.Sustained, search.Failed));
    }

    [Fact]
    public void It_goes_down_when_the_first_rate_is_too_much()
    {
        var (search, tried) = Run(new LimitSearch(64, Precision: 0.5), rate => rate <= 10);
        Assert.Equal(64, tried[0]);
        Assert.InRange(search.Sustained, 6.5, 10);
    }

    [Fact]
    public void It_gives_up_when_nothing_is_sustained()
    {
        var (search, tried) = Run(new LimitSearch(8), _ => false);
        Assert.Equal((0, 1), (search.Sustained, search.Failed));
        Assert.Equal([8, 8, 4, 4, 2, 2, 1, 1], tried);
    }

    [Fact]
    public void It_ends_where_nothing_more_is_tried()
    {
        var (search, tried) = Run(new LimitSearch(20, Most: 100), _ => true);
        Assert.Equal((100, null), (search.Sustained, search.Failed));
        Assert.Equal([20, 40, 80, 100], tried);
    }

    [Fact]
    public void One_stall_is_not_the_limit()
    {
        var stalled = false;
        var (search, _) = Run(new LimitSearch(20, Precision: 0.02), rate => rate <= 200 && (rate != 80 || stalled || !(stalled = true)));
        Assert.True(stalled);
        Assert.InRange(search.Sustained, 195, 200);
    }

    [Fact]
    public void It_finds_the_limit_of_any_system() =>
        Gen.Select(Gen.Double[1.1, 15_000], Gen.Double[1, 500]).Sample((limit, first) =>
        {
            var (search, tried) = Run(new LimitSearch(first), rate => rate <= limit);
            return search.Sustained <= limit && search.Sustained > 0 && search.Failed > limit && search.Failed - search.Sustained <= search.Sustained * 0.05 + 1e-9 && tried.Count < 80;
        });

    [Theory]
    [InlineData(1000, 990, null, true)]
    [InlineData(1000, 989, null, false)]
    [InlineData(1000, 1000, 1.0, true)]
    [InlineData(1000, 1000, 10.0, false)]
    [InlineData(1000, 1000, double.PositiveInfinity, false)]
    public void A_rate_is_sustained_when_99_of_100_are_ready_in_time_and_waited_a_second_at_most(int planned, int onTime, double? wait, bool met) =>
        Assert.Equal(met, Objective.IsMet(planned, onTime, wait));

    private static (LimitSearch Search, List<double> Tried) Run(LimitSearch search, Func<double, bool> sustains)
    {
        var tried = new List<double>();
        while (search.Next is { } rate)
        {
            tried.Add(rate);
            search = search.With(sustains(rate));
        }

        return (search, tried);
    }
}
