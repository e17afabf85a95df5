using CsCheck;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Interfaces.Tests.Sharing;

public sealed class RendezvousTests
{
    /// <summary>Silos differ in few places, as the pods of one StatefulSet do.</summary>
    private static readonly Gen<string[]> Silos =
        Gen.Int[1, 250].HashSet[1, 20].Select(hosts => hosts.Select(Silo).ToArray());

    private static readonly Gen<string> Feeds =
        Gen.Select(Gen.Bool, Gen.Int[0, 63], (owned, index) => $"{(owned ? "deployments.apps" : "widgets.example.com")}#{index}/64");

    [Fact]
    public void Nobody_runs_a_feed_when_there_are_no_silos() => Assert.Null(Rendezvous.OwnerOf("deployments.apps", []));

    [Fact]
    public void One_silo_runs_everything() =>
        Feeds.Sample(feed => Rendezvous.OwnerOf(feed, [Silo(1)]) == Silo(1));

    [Fact]
    public void All_silos_agree_in_whatever_order_they_see_each_other()
    {
        Gen.Select(Feeds, Silos, Gen.Int).Sample((feed, silos, seed) =>
        {
            var shuffled = silos.ToArray();
            new Random(seed).Shuffle(shuffled);
            return Rendezvous.OwnerOf(feed, silos) == Rendezvous.OwnerOf(feed, shuffled);
        });
    }

    [Fact]
    public void A_silo_that_leaves_moves_its_own_feeds_only()
    {
        Gen.Select(Feeds, Silos, Gen.Int[0, 19]).Sample((feed, silos, index) =>
        {
            var before = Rendezvous.OwnerOf(feed, silos);
            var left = silos[index % silos.Length];
            var after = Rendezvous.OwnerOf(feed, silos.Where(silo => silo != left));
            return before == left ? after != left : after == before;
        });
    }

    [Fact]
    public void A_silo_that_comes_only_takes()
    {
        Gen.Select(Feeds, Silos).Sample((feed, silos) =>
        {
            const string Newcomer = "10.244.9.9:11111@200";
            var after = Rendezvous.OwnerOf(feed, [.. silos, Newcomer]);
            return after == Newcomer || after == Rendezvous.OwnerOf(feed, silos);
        });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Each_silo_gets_a_fair_share(int silos)
    {
        const int EachAbout = 200;
        var active = Enumerable.Range(1, silos).Select(Silo).ToArray();

        var shares = Enumerable.Range(0, silos * EachAbout)
            .CountBy(index => Rendezvous.OwnerOf($"widgets.example.com#{index}/{silos * EachAbout}", active)!)
            .ToList();

        Assert.Equal(silos, shares.Count);
        Assert.All(shares, share => Assert.InRange(share.Value, EachAbout * 7 / 10, EachAbout * 13 / 10));
    }

    private static string Silo(int host) => $"10.244.0.{host}:11111@{100 + host}";
}
