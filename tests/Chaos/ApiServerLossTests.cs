using OrleansOperator.Chaos.Support;

namespace OrleansOperator.Chaos;

/// <summary>The API server out of reach, for one silo or for all.</summary>
[Collection("the fleet")]
public sealed class ApiServerLossTests(SiloFleet fleet)
{
    private const int PerSecond = 20;
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_silo_that_is_cut_off_from_the_API_server_leaves_its_Foos_to_the_others_within_25_s()
    {
        const string Scenario = "network cut between one of 3 silos and the API server for 60 s";
        await fleet.EnsureAsync(3);
        var mark = await fleet.Api.MarkAsync();
        var victim = (await fleet.FeedRunnersAsync())[0];
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(2 * PerSecond);

        var cut = TimeProvider.System.GetTimestamp();
        fleet.WayOf(victim).Cut();
        await fleet[victim].ExitAsync();
        Figures.Record(Scenario, "the silo has left after", TimeProvider.System.GetElapsedTime(cut).TotalSeconds, "s");
        await Changes.GoOnAsync(Outage - TimeProvider.System.GetElapsedTime(cut));
        fleet.WayOf(victim).Mend();

        var delays = await changes.DoneAsync(cut);
        Figures.Record(Scenario, delays);
        Limits.Within(25, delays[^1]);
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
    }

    [Fact]
    public async Task While_the_API_server_is_away_for_60_s_all_silos_stay_and_afterwards_everything_converges()
    {
        const string Scenario = "API server away for 60 s";
        await fleet.EnsureAsync(3);
        var mark = await fleet.Api.MarkAsync();
        var before = await fleet.Api.MembersAsync();

        await fleet.Api.FaultAsync("""{"fault":"goAway"}""");
        await Changes.GoOnAsync(Outage);
        Assert.All(fleet.Ordinals, ordinal => Assert.False(fleet[ordinal].HasExited));
        await fleet.Api.FaultAsync("""{"fault":"comeBack"}""");

        var back = TimeProvider.System.GetTimestamp();
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(5 * PerSecond);
        Figures.Record(Scenario, await changes.DoneAsync(back));
        Assert.Equal(before, await fleet.Api.MembersAsync());
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
    }
}
