using CsCheck;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Interfaces.Tests.Sharing;

public sealed class UidRangeTests
{
    [Fact]
    public void Every_uid_belongs_to_exactly_one_range_whatever_their_number()
    {
        Gen.Select(Gen.Guid, Gen.Int[1, 300]).Sample((uid, count) =>
            Ranges(count).Count(range => range.Contains(uid.ToString())) == 1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    public void Uids_spread_evenly(int count)
    {
        const int EachAbout = 1000;
        var random = new Random(1);
        var held = new int[count];
        for (var i = 0; i < count * EachAbout; i++)
        {
            var uid = RandomUid(random);
            held[Ranges(count).Single(range => range.Contains(uid)).Index]++;
        }

        Assert.All(held, objects => Assert.InRange(objects, EachAbout * 8 / 10, EachAbout * 12 / 10));
    }

    [Fact]
    public void The_whole_needs_no_selector() => Assert.Null(UidRange.Whole.Selector);

    /// <summary>16 digits, the start within and the end without; the last end is 2 to the 64th and has 17 (KEP-5866).</summary>
    [Theory]
    [InlineData(0, 2, "shardRange(object.metadata.uid, '0x0000000000000000', '0x8000000000000000')")]
    [InlineData(1, 2, "shardRange(object.metadata.uid, '0x8000000000000000', '0x10000000000000000')")]
    [InlineData(0, 3, "shardRange(object.metadata.uid, '0x0000000000000000', '0x5555555555555555')")]
    [InlineData(1, 3, "shardRange(object.metadata.uid, '0x5555555555555555', '0xaaaaaaaaaaaaaaaa')")]
    [InlineData(2, 3, "shardRange(object.metadata.uid, '0xaaaaaaaaaaaaaaaa', '0x10000000000000000')")]
    public void The_selector_says_what_the_range_holds(int index, int count, string selector) =>
        Assert.Equal(selector, new UidRange(index, count).Selector);

    [Fact]
    public void Each_selector_begins_where_the_one_before_ends()
    {
        Gen.Int[2, 300].Sample(count =>
        {
            var bounds = Ranges(count).Select(range => range.Selector!.Split('\'')).ToList();
            return bounds[0][1] == "0x0000000000000000"
                && bounds[^1][3] == "0x10000000000000000"
                && bounds.Zip(bounds.Skip(1)).All(pair => pair.First[3] == pair.Second[1]);
        });
    }

    private static IEnumerable<UidRange> Ranges(int count) => Enumerable.Range(0, count).Select(index => new UidRange(index, count));

    private static string RandomUid(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
