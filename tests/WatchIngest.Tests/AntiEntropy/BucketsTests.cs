using CsCheck;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest.AntiEntropy;

namespace OrleansOperator.WatchIngest.Tests.AntiEntropy;

public sealed class BucketsTests
{
    private static readonly Gen<(ObjectKey Grain, string Uid, long Version)> Entry =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Long[1, 4], static (grain, uid, version) => (new ObjectKey("ns", $"g{grain}"), $"uid-{grain}-{uid}", version));

    [Fact]
    public void Equal_sets_have_equal_hashes_in_whatever_order_they_are_added() =>
        Gen.Select(Entry.HashSet[0, 30], Gen.Int).Sample((set, seed) =>
        {
            var shuffled = set.ToArray();
            new Random(seed).Shuffle(shuffled);
            return Of(set).Differing(Of(shuffled).ToImmutable()).IsEmpty;
        });

    [Fact]
    public void Sets_that_differ_do_so_in_just_the_buckets_of_the_grains_that_differ() =>
        Gen.Select(Entry.HashSet[0, 30], Entry.HashSet[0, 30]).Sample((left, right) =>
            Of(left).Differing(Of(right).ToImmutable()).SequenceEqual(
                left.Except(right).Concat(right.Except(left)).Select(entry => Buckets.Of(entry.Grain)).Distinct().Order()));

    [Fact]
    public void Names_that_are_alike_spread() =>
        Assert.Equal(Buckets.Count, Enumerable.Range(0, 3000).Select(i => Buckets.Of(new ObjectKey("default", $"foo-{i:0000}"))).Distinct().Count());

    private static Buckets Of(IEnumerable<(ObjectKey Grain, string Uid, long Version)> entries)
    {
        var buckets = new Buckets();
        foreach (var (grain, uid, version) in entries)
            buckets.Add(grain, uid, version);
        return buckets;
    }
}
