using OrleansOperator.KubeApi.Limits;

namespace OrleansOperator.KubeApi.Tests.Limits;

public sealed class TokenBucketTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void It_gives_its_burst_at_once_and_then_its_rate()
    {
        var bucket = new TokenBucket(perSecond: 2, burst: 3, s_start);

        Assert.Equal([true, true, true, false], Take(ref bucket, s_start, 4));
        Assert.Equal(TimeSpan.FromMilliseconds(500), bucket.Wait(s_start));
        Assert.Equal([true, false], Take(ref bucket, s_start.AddSeconds(0.5), 2));
        Assert.Equal([true, true, true, false], Take(ref bucket, s_start.AddHours(1), 4));
    }

    [Fact]
    public void There_is_a_token_after_the_wait_it_names()
    {
        var now = s_start;
        var bucket = new TokenBucket(perSecond: 7, burst: 1, now);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(bucket.TryTake(now));
            now += bucket.Wait(now);
        }

        Assert.InRange((now - s_start).TotalSeconds, 100 / 7.0, 100 / 7.0 + 0.1);
    }

    [Fact]
    public void A_clock_set_back_gives_nothing_and_stops_nothing()
    {
        var bucket = new TokenBucket(perSecond: 1, burst: 1, s_start);

        Assert.True(bucket.TryTake(s_start));
        Assert.False(bucket.TryTake(s_start.AddHours(-1)));
        Assert.True(bucket.TryTake(s_start.AddHours(-1).AddSeconds(1)));
    }

    private static bool[] Take(ref TokenBucket bucket, DateTimeOffset now, int times)
    {
        var taken = new bool[times];
        for (var i = 0; i < times; i++)
            taken[i] = bucket.TryTake(now);

        return taken;
    }
}
