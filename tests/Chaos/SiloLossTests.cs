using OrleansOperator.Chaos.Support;

namespace OrleansOperator.Chaos;

/// <summary>Silos that die or hang while Foos are being changed: the others do their work.</summary>
[Collection("the fleet")]
public sealed class SiloLossTests(SiloFleet fleet)
{
    private const int PerSecond = 60;

    /// <summary>What the survivors may log of a silo's death: who has left, the feeds taken over, and one line per cause.</summary>
    private const int Lines = 20;

    [Fact]
    public async Task A_silo_that_is_killed_delays_no_change_for_more_than_5_s()
    {
        await fleet.EnsureAsync(3);
        var feeds = await fleet.FeedRunnersAsync();

        await LoseAsync("SIGKILL of one of 3", fleet.Ordinals.Except(feeds).First());
    }

    [Fact]
    public async Task The_silo_that_runs_the_feeds_is_killed_and_delays_no_change_for_more_than_5_s()
    {
        await fleet.EnsureAsync(3);
        var feeds = await fleet.FeedRunnersAsync();

        await LoseAsync("SIGKILL of a feed's silo", feeds[0]);
    }

    [Fact]
    public async Task A_silo_that_hangs_for_60_s_delays_no_change_for_more_than_12_s_and_does_no_harm_when_it_wakes()
    {
        const string Scenario = "SIGSTOP of one of 3 for 60 s";
        await fleet.EnsureAsync(3);
        var mark = await fleet.Api.MarkAsync();
        var victim = (await fleet.FeedRunnersAsync())[0];
        await using var changes = await Changes.StartAsync(fleet, PerSecond / 2);
        await changes.MoreAsync(60);

        var stopped = TimeProvider.System.GetTimestamp();
        fleet[victim].Suspend();
        await Changes.GoOnAsync(TimeSpan.FromSeconds(60));
        fleet[victim].Resume();
        await fleet[victim].ExitAsync();
        Figures.Record(Scenario, "the woken silo has ended after", TimeProvider.System.GetElapsedTime(stopped).TotalSeconds - 60, "s");

        var delays = await changes.DoneAsync(stopped);
        Figures.Record(Scenario, delays);
        Limits.Within(12, delays[^1]);
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
    }

    private async Task LoseAsync(string scenario, int victim)
    {
        var mark = await fleet.Api.MarkAsync();
        var logged = fleet.Ordinals.Where(ordinal => ordinal != victim).ToDictionary(ordinal => ordinal, ordinal => LinesOf(ordinal).Length);
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(3 * PerSecond);

        var killed = TimeProvider.System.GetTimestamp();
        await fleet.KillAsync(victim);
        await Changes.GoOnAsync(TimeSpan.FromSeconds(10));

        var delays = await changes.DoneAsync(killed);
        Figures.Record(scenario, delays);
        Limits.Within(5, delays[^1]);
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
        Assert.All(logged, before =>
        {
            var lines = LinesOf(before.Key)[before.Value..];
            Assert.True(lines.Length <= Lines, $"{lines.Length} lines: {string.Join('\n', lines.Take(50))}");
            Assert.DoesNotContain(lines, line => line.Contains("   at ", StringComparison.Ordinal));
        });
    }

    private string[] LinesOf(int ordinal) => fleet[ordinal].Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
