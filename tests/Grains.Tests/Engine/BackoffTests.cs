using OrleansOperator.Grains.Engine;

namespace OrleansOperator.Grains.Tests.Engine;

/// <summary>client-go's waits per object: 5 ms, doubling, up to a limit.</summary>
public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(14, 40_960)]
    [InlineData(15, 60_000)]
    [InlineData(64, 60_000)]
    [InlineData(int.MaxValue, 60_000)]
    public void The_wait_doubles_with_each_failure_up_to_the_longest(int failures, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.After(failures, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(60)));

    [Fact]
    public void No_wait_is_longer_than_the_longest_whatever_the_first_is() =>
        Assert.Equal(TimeSpan.MaxValue, Backoff.After(60, TimeSpan.MaxValue, TimeSpan.MaxValue));
}
