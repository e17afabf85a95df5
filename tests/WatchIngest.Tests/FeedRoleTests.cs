namespace OrleansOperator.WatchIngest.Tests;

/// <summary>Who runs a feed, and who delivers it.</summary>
public sealed class FeedRoleTests
{
    private const bool Runs = true;
    private const bool Delivers = true;

    [Theory]

    // The first runs it, and delivers as soon as its cache is warm.
    [InlineData(0, false, false, false, false, Runs, !Delivers)]
    [InlineData(0, true, false, false, false, Runs, Delivers)]

    // A standby keeps it warm while a better one delivers, and delivers while none does.
    [InlineData(1, true, false, true, false, Runs, !Delivers)]
    [InlineData(1, true, false, false, false, Runs, Delivers)]
    [InlineData(1, false, false, false, false, Runs, !Delivers)]

    // Who ranks behind the standbys goes on until a better one says that it delivers.
    [InlineData(2, true, true, false, false, Runs, Delivers)]
    [InlineData(2, true, true, true, true, !Runs, !Delivers)]
    [InlineData(2, false, false, true, true, !Runs, !Delivers)]
    [InlineData(2, false, false, false, false, !Runs, !Delivers)]

    // When none has said so for long, it helps itself.
    [InlineData(2, false, false, false, true, Runs, !Delivers)]
    [InlineData(2, true, false, false, true, Runs, Delivers)]
    public void The_role_follows_from_rank_and_what_is_heard_of_better_silos(
        int rank, bool isWarm, bool isDelivering, bool betterDelivers, bool betterHadTime, bool runs, bool delivers) =>
        Assert.Equal(
            new FeedRole(runs, delivers),
            FeedRole.Of(isMember: true, rank, standbys: 1, isWarm, isDelivering, betterDelivers, betterHadTime));

    [Fact]
    public void A_silo_that_is_not_active_does_nothing() =>
        Assert.Equal(default, FeedRole.Of(isMember: false, rank: 0, standbys: 1, isWarm: true, isDelivering: true, betterDelivers: false, betterHadTime: true));
}
