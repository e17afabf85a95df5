using OrleansOperator.Chaos.Support;

namespace OrleansOperator.Chaos;

/// <summary>Silos that die or hang while Foos are being changed: the others do their work.</summary>
[Collection("the fleet")]
public sealed class SiloLossTests(SiloFleet fleet)
{
    private const int PerSecond = 60;

    /// <summary>What the survivors may log of a silo's death: who has left, the feeds taken over, and one line per cause.</summary>
    private const int Lines = 20;

    /// <summary>Orleans' dashboard has a grain or two of its own, in the default directory, which drops them.</summary>
    private const int OwnGrains = 2;

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
    public async Task Two_of_three_silos_are_killed_at_once_and_nothing_is_lost_or_written_twice()
    {
        const string Scenario = "SIGKILL of two of 3 at once";
        await fleet.EnsureAsync(3);
        var mark = await fleet.Api.MarkAsync();
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(3 * PerSecond);

        var killed = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(fleet.KillAsync(0), fleet.KillAsync(1));
        await Changes.GoOnAsync(TimeSpan.FromSeconds(10));

        var delays = await changes.DoneAsync(killed);
        Figures.Record(Scenario, delays);
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_survivors_of_a_silo_that_leaves_drop_no_activation_and_ask_the_API_server_nothing(bool kill)
    {
        var scenario = $"{(kill ? "SIGKILL" : "SIGTERM")} of one of 3 at rest";
        await fleet.EnsureAsync(3);
        await fleet.FeedRunnersAsync();
        var mark = await fleet.Api.MarkAsync();
        var before = await DroppedAsync();

        await (kill ? fleet.KillAsync(2) : fleet.StopAsync(2));
        var left = TimeProvider.System.GetTimestamp();
        await fleet.EvenAsync(0.2);
        Figures.Record(scenario, "taken over after", TimeProvider.System.GetElapsedTime(left).TotalSeconds, "s");
        await Changes.GoOnAsync(TimeSpan.FromSeconds(3));

        var dropped = await DroppedAsync() - before;
        Figures.Record(scenario, "activations dropped by the survivors", dropped, "");
        Figures.Record(scenario, "reads", await fleet.Api.ReadsAsync(mark), "");
        Assert.InRange(dropped, 0, OwnGrains);

        // Events of the start may still be on their way.
        Assert.DoesNotContain((await fleet.Api.WritesAsync(mark)).Entries, entry => (string)entry["resource"]! != "events");
        Assert.Equal(0, await fleet.Api.ReadsAsync(mark));

        async Task<double> DroppedAsync() => await fleet.DroppedAsync(0) + await fleet.DroppedAsync(1);
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
