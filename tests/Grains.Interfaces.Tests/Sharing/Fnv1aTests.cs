using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Interfaces.Tests.Sharing;

public sealed class Fnv1aTests
{
    /// <summary>The texts in ASCII are of the reference test suite of Fowler, Noll and Vo (<c>fnv64a</c>).</summary>
    [Theory]
    [InlineData("", 0xcbf29ce484222325)]
    [InlineData("a", 0xaf63dc4c8601ec8c)]
    [InlineData("b", 0xaf63df4c8601f1a5)]
    [InlineData("foobar", 0x85944171f73967e8)]
    [InlineData("ä", 0x0ac21207b7181582)]
    public void It_is_the_64_bit_hash_of_the_UTF8(string text, ulong hash) => Assert.Equal(hash, Fnv1a.Hash(text));

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5000)]
    public void Any_length_will_do(int length)
    {
        var expected = 0xcbf29ce484222325;
        for (var i = 0; i < length; i++)
            expected = (expected ^ 'x') * 0x100000001b3;

        Assert.Equal(expected, Fnv1a.Hash(new string('x', length)));
    }
}
