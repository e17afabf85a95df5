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

    [Fact]
    public async Task An_api_server_that_answers_with_errors_is_not_out_of_reach()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Hasty, name: "first");
        await using var refused = await SiloHost.StartAsync(api, Hasty, name: "refused");
        await Eventually.Holds(() => first.Active().Count == 2 && refused.Active().Count == 2, "both see two silos");

        var before = api.Server.Audit.Count("get", "orleansclusters", "refused");
        api.Server.Faults.Fail(null, null, 503, client: "refused");

        // Its heartbeats fail for long enough that it asks, again and again, and it stays.
        await Eventually.Holds(() => api.Server.Audit.Count("get", "orleansclusters", "refused") >= before + 3, "it asks");
        Assert.Empty(refused.Fatal);
        Assert.Equal(2, first.Active().Count);
        api.Server.Faults.Clear();
    }

    private static void Hasty(ClusterMembershipOptions options) => options.IAmAliveTablePublishTimeout = TimeSpan.FromMilliseconds(300);
}
