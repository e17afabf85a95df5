using OrleansOperator.Chaos.Support;

namespace OrleansOperator.Chaos;

/// <summary>Silos that come, go and are replaced in good order while Foos are being changed.</summary>
[Collection("the fleet")]
public sealed class ScalingTests(SiloFleet fleet)
{
    private const int PerSecond = 40;

    [Fact]
    public async Task Three_silos_share_the_Foos_evenly()
    {
        await fleet.EnsureAsync(3);

        var shares = await fleet.SharesAsync();

        Figures.Record("3 silos", "least share", 100.0 * shares.Values.Min() / fleet.FooCount, "%");
        Figures.Record("3 silos", "largest share", 100.0 * shares.Values.Max() / fleet.FooCount, "%");
        Assert.All(shares.Values, share => Assert.InRange(100.0 * share / fleet.FooCount, 28, 39));
    }

    [Fact]
    public async Task From_2_silos_to_4_under_load_the_shares_become_even_without_a_read_or_a_write_for_it()
    {
        const string Scenario = "2 to 4 silos under load";
        await fleet.EnsureAsync(2);
        var mark = await fleet.Api.MarkAsync();
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(2 * PerSecond);

        var started = TimeProvider.System.GetTimestamp();
        await fleet.StartAsync(2, 3);
        await fleet.EvenAsync(0.15);
        Figures.Record(Scenario, "even after", TimeProvider.System.GetElapsedTime(started).TotalSeconds, "s");
        Limits.Within(120, TimeProvider.System.GetElapsedTime(started));

        Figures.Record(Scenario, await changes.DoneAsync(started));
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
        Figures.Record(Scenario, "reads", await fleet.Api.ReadsAsync(mark), "");
    }

    [Fact]
    public async Task A_new_silo_has_its_share_within_5_s_of_joining_under_load()
    {
        const string Scenario = "a 4th silo joins 3 under load";
        await fleet.EnsureAsync(3);
        var mark = await fleet.Api.MarkAsync();
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(PerSecond);

        var starting = fleet.StartAsync(3);
        await SiloFleet.UntilAsync(fleet.Api.MembersAsync, members => members.Count(member => member.EndsWith("Active", StringComparison.Ordinal)) == 4, "the silo has joined");
        var joined = TimeProvider.System.GetTimestamp();
        await fleet.EvenAsync(0.2);
        Figures.Record(Scenario, "even after", TimeProvider.System.GetElapsedTime(joined).TotalSeconds, "s");
        Limits.Within(5, TimeProvider.System.GetElapsedTime(joined));
        await starting;

        var delays = await changes.DoneAsync(joined);
        Figures.Record(Scenario, delays);
        Figures.Record(Scenario, "reads", await fleet.Api.ReadsAsync(mark), "");
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
    }

    /// <summary>As in the middle of a rollout that changes the configuration: each feed is run by the silos that know it.</summary>
    [Fact]
    public async Task Silos_of_different_configurations_leave_no_Foo_unattended()
    {
        const string Scenario = "a silo of other feed ranges joins";
        await fleet.EnsureAsync(2);
        var mark = await fleet.Api.MarkAsync();
        await fleet.StartAsync([2], ["--feed-ranges", "foos=4", "--feed-ranges", "deployments=4"]);
        await fleet.EvenAsync(0.2);
        var started = TimeProvider.System.GetTimestamp();
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(4 * PerSecond);

        Figures.Record(Scenario, await changes.DoneAsync(started));
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
        await fleet.StopAsync(2);
    }

    [Fact]
    public async Task From_4_silos_to_1_by_SIGTERM_nothing_is_lost_and_nothing_written_twice()
    {
        const string Scenario = "4 to 1 silos by SIGTERM";
        await fleet.EnsureAsync(4);
        var mark = await fleet.Api.MarkAsync();
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(PerSecond);

        var started = TimeProvider.System.GetTimestamp();
        foreach (var ordinal in (int[])[3, 2, 1])
        {
            await fleet.StopAsync(ordinal);
            await changes.MoreAsync(PerSecond);
        }

        Figures.Record(Scenario, await changes.DoneAsync(started));
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
    }

    [Fact]
    public async Task In_a_rolling_restart_of_3_silos_no_change_waits_for_more_than_3_s()
    {
        const string Scenario = "rolling restart of 3 silos";
        await fleet.EnsureAsync(3);
        var mark = await fleet.Api.MarkAsync();
        await using var changes = await Changes.StartAsync(fleet, PerSecond);
        await changes.MoreAsync(PerSecond);

        var started = TimeProvider.System.GetTimestamp();
        foreach (var ordinal in (int[])[2, 1, 0])
        {
            await fleet.StopAsync(ordinal);
            await fleet.StartAsync(ordinal);
            await changes.MoreAsync(PerSecond);
        }

        var delays = await changes.DoneAsync(started);
        Figures.Record(Scenario, delays);
        Limits.Within(3, delays[^1]);
        await fleet.AssertWroteOnlyAsync(mark, changes.Count);
    }

    [Fact]
    public async Task All_silos_killed_and_started_again_are_ready_within_20_s_and_write_nothing()
    {
        const string Scenario = "SIGKILL of all 3, all started again";
        await fleet.EnsureAsync(3);
        var mark = await fleet.Api.MarkAsync();
        foreach (var ordinal in (int[])[0, 1, 2])
            await fleet.KillAsync(ordinal);

        var started = TimeProvider.System.GetTimestamp();
        await fleet.StartAsync(0, 1, 2);
        Figures.Record(Scenario, "ready after", TimeProvider.System.GetElapsedTime(started).TotalSeconds, "s");
        Limits.Within(20, TimeProvider.System.GetElapsedTime(started));

        // Two more rounds of anti-entropy.
        await fleet.EvenAsync(0.2);
        await Changes.GoOnAsync(TimeSpan.FromSeconds(12));
        var writes = await fleet.Api.WritesAsync(mark);
        Figures.Record(Scenario, "writes", writes.Entries.Count, "");
        Figures.Record(Scenario, "reads", await fleet.Api.ReadsAsync(mark), "");
        Assert.Empty(writes.Entries);
        Assert.Equal(0, await fleet.Api.ReadsAsync(mark));
    }
}
