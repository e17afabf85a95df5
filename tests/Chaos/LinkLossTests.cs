using OrleansOperator.Chaos.Support;

namespace OrleansOperator.Chaos;

/// <summary>The network between two silos fails while both reach the API server and all others.</summary>
[Collection("the fleet")]
public sealed class LinkLossTests
{
    private const int PerSecond = 4;
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task A_silo_that_the_one_with_the_feeds_cannot_reach_is_served_by_another_within_30_s()
    {
        const string Scenario = "link cut between the silo that delivers the feeds and another of 3, for 45 s";
        using var network = PodNetwork.TryCreate();
        Assert.SkipWhen(network is null, "network namespaces need Linux, root and iproute2");
        await using var fleet = new SiloFleet(network, foos: 300);
        await fleet.InitializeAsync();
        var mark = await fleet.Api.MarkAsync();
        var members = await fleet.Api.MembersAsync();
        var deliverer = (await fleet.FeedRunnersAsync())[0];
        var other = fleet.Ordinals.Last(ordinal => ordinal != deliverer);
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(2 * PerSecond);

        var cut = TimeProvider.System.GetTimestamp();
        network.Cut(deliverer, other);
        await Changes.GoOnAsync(Cut);

        // Both silos are well, and both stay.
        Assert.Equal(members, await fleet.Api.MembersAsync());
        network.Restore(deliverer, other);
        var delays = await changes.DoneAsync(cut);
        Figures.Record(Scenario, delays);
        Limits.Within(30, delays[^1]);
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
        await fleet.FeedRunnersAsync();
        Assert.Equal(members, await fleet.Api.MembersAsync());
    }
}
