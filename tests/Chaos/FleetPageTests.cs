using OrleansOperator.Chaos.Support;

namespace OrleansOperator.Chaos;

/// <summary>Any silo shows the objects of all, and says whose are missing.</summary>
[Collection("the fleet")]
public sealed class FleetPageTests(SiloFleet fleet)
{
    [Fact]
    public async Task Every_silo_pages_through_the_objects_of_all()
    {
        await fleet.EnsureAsync(3);
        foreach (var ordinal in fleet.Ordinals)
        {
            var all = await SiloFleet.UntilAsync(() => NamesAsync(ordinal), names => !names.Contains("silent"), "all silos answer in time");
            Assert.Equal(fleet.Replicas.Keys.Order(StringComparer.Ordinal), all);
        }

        await SiloFleet.UntilAsync(
            async () => (await fleet.AdminAsync(0, "/api/silos"))["items"]!.AsArray().Sum(silo => (int)silo!["counts"]!["total"]!), total => total == fleet.FooCount, "the shares add up");
    }

    [Fact]
    public async Task A_silo_that_hangs_is_named_and_does_not_hold_up_the_page()
    {
        await fleet.EnsureAsync(3);
        var held = (int)(await fleet.AdminAsync(0, "/api/objects?limit=1"))["matched"]!;

        // Far shorter than what makes the others give it up.
        fleet[2].Suspend();
        var asked = TimeProvider.System.GetTimestamp();
        var page = await fleet.AdminAsync(0, "/api/objects?limit=1");
        var took = TimeProvider.System.GetElapsedTime(asked);
        fleet[2].Resume();

        var silent = Assert.Single(page["silentSilos"]!.AsArray())!;
        Assert.Equal("no answer within 1 s", (string)silent["problem"]!);
        Assert.InRange((int)page["matched"]!, held / 3, held - 1);
        Limits.Within(3, took);
        await SiloFleet.UntilAsync(() => fleet.AdminAsync(0, "/api/objects?limit=1"), answer => (int)answer["matched"]! == held, "the silo answers again");
    }

    /// <summary>The names on all pages, one after the other; and "silent" for each silo that did not answer in time.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(int ordinal)
    {
        var names = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await fleet.AdminAsync(ordinal, $"/api/objects?sort=name&limit=500{(after.Length > 0 ? "&after=" : "")}{after}");
            names.AddRange(page["items"]!.AsArray().Select(item => (string)item!["name"]!));
            names.AddRange(page["silentSilos"]!.AsArray().Select(_ => "silent"));
            after = (string?)page["next"];
        }

        return names;
    }
}
