using System.Net;
using OrleansOperator.Grains.Engine.Placement;

namespace OrleansOperator.Grains.Tests.Engine.Placement;

/// <summary>Where grains belong.</summary>
public sealed class HomeTests
{
    private const int Grains = 3000;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Grains_spread_evenly_though_their_names_and_silos_are_alike(int silos)
    {
        var counts = Enumerable.Range(0, Grains).CountBy(i => Home.Of(Grain(i), Silos(silos))!).ToList();

        Assert.Equal(silos, counts.Count);
        Assert.All(counts, count => Assert.InRange(count.Value * silos / (double)Grains, 0.9, 1.1));
    }

    [Fact]
    public void A_silo_that_comes_takes_its_share_and_moves_nothing_else()
    {
        var (before, after) = (Silos(3), Silos(4));

        var moved = Enumerable.Range(0, Grains).Select(Grain).Where(grain => Home.Of(grain, before)! != Home.Of(grain, after)!).ToList();

        Assert.All(moved, grain => Assert.Equal(after[3], Home.Of(grain, after)));
        Assert.InRange(moved.Count, Grains / 4 * 0.9, Grains / 4 * 1.1);
    }

    [Fact]
    public void Without_silos_there_is_no_home() => Assert.Null(Home.Of(Grain(1), []));

    private static GrainId Grain(int i) => GrainId.Create("foo", $"default/foo-{i:0000}");

    private static SiloAddress[] Silos(int count) =>
        [.. Enumerable.Range(0, count).Select(i => SiloAddress.New(IPAddress.Loopback, 11111 + i, 150_000_000 + (i * 3)))];
}
