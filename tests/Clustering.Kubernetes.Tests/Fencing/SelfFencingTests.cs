using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Tests.Support;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Fencing;

/// <summary>A silo that alone cannot reach the API server does not keep the work that it cannot do.</summary>
public sealed class SelfFencingTests
{
    private static readonly TimeSpan Longer = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_silo_that_alone_cannot_reach_the_api_server_has_itself_declared_dead_and_ends()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Hasty, name: "first");
        await using var second = await SiloHost.StartAsync(api, Hasty, name: "second");
        await using var cut = await SiloHost.StartAsync(api, Hasty, name: "cut");
        await Eventually.Holds(() => first.Active().Count == 3 && cut.Active().Count == 3, "all see three silos");

        api.Server.Faults.Delay(null, null, Longer, client: "cut");

        await Eventually.Holds(() => cut.Fatal.Any(reason => reason.Contains("cannot reach the API server", StringComparison.Ordinal)), "the silo ends");
        await Eventually.Holds(() => !first.Active().Contains(cut.Address) && !second.Active().Contains(cut.Address), "the others go on without it");
        Assert.Empty(first.Fatal);
        Assert.Empty(second.Fatal);
        api.Server.Faults.Clear();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(503)]
    public async Task A_silo_whose_heartbeats_alone_are_refused_leaves(int status)
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Hasty, name: "first");
        await using var refused = await SiloHost.StartAsync(api, Hasty, name: "refused");
        await Eventually.Holds(() => first.Active().Count == 2 && refused.Active().Count == 2, "both see two silos");

        api.Server.Faults.Fail("patch", "leases", status, client: "refused");

        await Eventually.Holds(() => refused.Fatal.Count > 0, "the silo ends");
        await Eventually.Holds(() => first.Active().Count == 1, "the other goes on without it");
        Assert.Empty(first.Fatal);
        var row = (await api.ClusterAsync("orders"))["status"]!["silos"]!.AsArray().Single(row => row!["silo"]!.GetValue<string>() == refused.Address.ToParsableString())!;
        Assert.Equal(("Fenced", first.Address.ToParsableString()), (row["eviction"]!["cause"]!.GetValue<string>(), row["eviction"]!["by"]!.GetValue<string>()));
        api.Server.Faults.Clear();
    }

    [Fact]
    public async Task A_silo_stays_when_it_is_told_to_wait_when_only_its_reads_fail_and_when_nobody_can_write()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Hasty, name: "first");
        await using var second = await SiloHost.StartAsync(api, Hasty, name: "second");
        await Eventually.Holds(() => first.Active().Count == 2 && second.Active().Count == 2, "both see two silos");

        api.Server.Faults.Fail("patch", "leases", 429, client: "second");
        await TriesAsync("patch", "leases", 8);
        api.Server.Faults.Clear();
        api.Server.Faults.Fail("get", null, 503, client: "second");
        await TriesAsync("patch", "leases", 8);
        api.Server.Faults.Clear();
        api.Server.Faults.Fail("patch", "leases", 503);
        await TriesAsync("patch", "leases", 8);
        api.Server.Faults.Clear();
        await TriesAsync("patch", "leases", 4);

        Assert.Empty(first.Fatal);
        Assert.Empty(second.Fatal);
        Assert.Equal(2, first.Active().Count);

        Task TriesAsync(string verb, string resource, int more)
        {
            var before = api.Server.Audit.Count(verb, resource, "second");
            return Eventually.Holds(() => api.Server.Audit.Count(verb, resource, "second") >= before + more, $"{more} more tries");
        }
    }

    private static void Hasty(ClusterMembershipOptions options) => options.IAmAliveTablePublishTimeout = TimeSpan.FromMilliseconds(300);
}
