using System.Net;
using CsCheck;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Interfaces.Tests.Sharing;

public sealed class HomesTests
{
    /// <summary>Silos differ in few places, as the pods of one StatefulSet do.</summary>
    private static readonly Gen<SiloAddress[]> Silos =
        Gen.Int[1, 250].HashSet[1, 20].Select(hosts => hosts.Select(Silo).ToArray());

    private static readonly Gen<ObjectKey> Keys = Gen.Int[0, 9999].Select(i => new ObjectKey("default", $"foo-{i:0000}"));

    [Fact]
    public void Without_silos_there_is_no_home()
    {
        Assert.Null(Homes.None.Of(new ObjectKey("ns", "a")));
        Assert.Empty(Homes.None.Ranked("deployments.apps"));
    }

    [Fact]
    public void One_silo_is_home_to_everything() =>
        Keys.Sample(key => Silo(1).Equals(new Homes([Silo(1)]).Of(key)));

    [Fact]
    public void All_silos_agree_in_whatever_order_they_see_each_other()
    {
        Gen.Select(Keys, Silos, Gen.Int).Sample((key, silos, seed) =>
        {
            var shuffled = silos.ToArray();
            new Random(seed).Shuffle(shuffled);
            var (homes, others) = (new Homes(silos), new Homes(shuffled));
            return homes.Of(key)!.Equals(others.Of(key)) && homes.Id == others.Id && homes.Silos.SequenceEqual(others.Silos)
                && homes.Ranked(key.ToString()).SequenceEqual(others.Ranked(key.ToString()));
        });
    }

    [Fact]
    public void The_home_of_an_object_is_that_of_its_grain_key_and_ranks_first() =>
        Gen.Select(Keys, Silos).Sample((key, silos) =>
        {
            var homes = new Homes(silos);
            return homes.Of(key)!.Equals(homes.Of(key.ToString().AsSpan())) && homes.Of(key)!.Equals(homes.Ranked(key.ToString())[0])
                && homes.Silos[homes.IndexOf(key)].Equals(homes.Of(key));
        });

    [Fact]
    public void Names_of_any_length_have_a_home()
    {
        var homes = new Homes([Silo(1), Silo(2)]);
        foreach (var length in (int[])[1, 253, 507, 508, 509, 510, 511, 512, 513, 2000])
        {
            var key = new ObjectKey("ns", new string('ä', length));
            Assert.Equal(homes.Of(key.ToString().AsSpan()), homes.Of(key));
        }
    }

    [Fact]
    public void A_silo_that_leaves_moves_only_what_it_was_home_to()
    {
        Gen.Select(Keys, Silos, Gen.Int[0, 19]).Sample((key, silos, index) =>
        {
            var before = new Homes(silos).Of(key);
            var left = silos[index % silos.Length];
            var after = new Homes(silos.Where(silo => !silo.Equals(left))).Of(key);
            return left.Equals(before) ? !left.Equals(after) : before!.Equals(after);
        });
    }

    [Fact]
    public void A_silo_that_joins_only_takes()
    {
        Gen.Select(Keys, Silos).Sample((key, silos) =>
        {
            var newcomer = Silo(251);
            var after = new Homes([.. silos, newcomer]).Of(key)!;
            return after.Equals(newcomer) || after.Equals(new Homes(silos).Of(key));
        });
    }

    [Fact]
    public void The_second_in_rank_is_first_when_the_first_is_gone() =>
        Gen.Select(Keys, Silos).Where((_, silos) => silos.Length > 1).Sample((key, silos) =>
        {
            var ranked = new Homes(silos).Ranked(key.ToString());
            return ranked.Skip(1).SequenceEqual(new Homes(silos.Where(silo => !silo.Equals(ranked[0]))).Ranked(key.ToString()));
        });

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    public void Objects_spread_evenly_though_their_names_and_silos_are_alike(int silos)
    {
        const int Objects = 3000;
        var homes = new Homes(Enumerable.Range(1, silos).Select(Silo));

        var shares = Enumerable.Range(0, Objects).CountBy(i => homes.Of(new ObjectKey("default", $"foo-{i:0000}"))!).ToList();

        Assert.Equal(silos, shares.Count);
        Assert.All(shares, share => Assert.InRange(share.Value * silos / (double)Objects, 0.8, 1.2));
    }

    private static SiloAddress Silo(int host) => SiloAddress.New(new IPEndPoint(IPAddress.Parse($"10.244.0.{host}"), 11111), 100 + host);
}
