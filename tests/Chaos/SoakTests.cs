using OrleansOperator.Chaos.Support;

namespace OrleansOperator.Chaos;

/// <summary>
/// Hours of silos that are killed at random while Foos are being changed. Not part of CI: CHAOS_SOAK sets for how many minutes it runs.
/// </summary>
[Collection("the fleet")]
public sealed class SoakTests(SiloFleet fleet)
{
    private const int PerSecond = 20;

    /// <summary>How often a silo is killed.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private static int? Minutes { get; } = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SOAK"), out var minutes) ? minutes : null;

    [Fact]
    public async Task Whatever_is_killed_and_whenever_nothing_is_lost_and_nothing_written_twice_and_memory_stays_flat()
    {
        const string Scenario = "soak, a random SIGKILL every 30 s";
        Assert.SkipUnless(Minutes is not null, "CHAOS_SOAK, the number of minutes, is not set");
        await fleet.EnsureAsync(3);
        var started = TimeProvider.System.GetTimestamp();
        var (kills, total, worst) = (0, 0, TimeSpan.Zero);
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(Minutes!.Value))
        {
            var mark = await fleet.Api.MarkAsync();
            var round = TimeProvider.System.GetTimestamp();
            await using var changes = await Changes.StartAsync(fleet, PerSecond);
            await changes.MoreAsync(Random.Shared.Next(1, 3 * PerSecond));

            var victim = Random.Shared.Next(3);
            var killed = TimeProvider.System.GetTimestamp();
            await fleet.KillAsync(victim);
            kills++;
            await Changes.GoOnAsync(TimeSpan.FromSeconds(Random.Shared.Next(0, 8)));
            await fleet.StartAsync(victim);
            if (Period - TimeProvider.System.GetElapsedTime(round) is var rest && rest > TimeSpan.Zero)
                await Changes.GoOnAsync(rest);

            var delays = await changes.DoneAsync(killed);
            worst = delays.Count > 0 && delays[^1] > worst ? delays[^1] : worst;
            total += changes.Count;
            await fleet.AssertWroteOnlyAsync(mark, changes.Count);
            await fleet.EvenAsync(0.2);
            Figures.Record(Scenario, "memory of all silos", fleet.Ordinals.Sum(fleet.Memory), "MB");
        }

        Figures.Record(Scenario, "kills", kills, "");
        Figures.Record(Scenario, "changes", total, "");
        Figures.Record(Scenario, "worst", worst.TotalSeconds, "s");
    }
}
