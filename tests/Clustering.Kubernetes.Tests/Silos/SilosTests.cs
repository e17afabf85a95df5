using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Tests.Support;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Silos;

/// <summary>Real silos, in one process, that know of each other through the API server only.</summary>
public sealed class SilosTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_form_a_cluster_and_a_client_finds_it()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Patient);
        await using var second = await SiloHost.StartAsync(api, Patient);
        await AllSeeAsync([first, second]);

        using var client = await ClientAsync(api);
        Assert.Equal("hello", await client.Services.GetRequiredService<IGrainFactory>().GetGrain<IEchoGrain>(1).Echo("hello"));
        await client.StopAsync(Token);

        var cluster = await api.ClusterAsync("orders");
        Assert.Equal(2, cluster["status"]!["activeSilos"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_change_is_seen_at_once_with_the_watch_alone()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Patient);
        await using var second = await SiloHost.StartAsync(api, Patient);
        await AllSeeAsync([first, second]);

        // Watches that end are reopened, and what happened meanwhile is not missed.
        api.Server.Faults.CutWatches();
        var third = await SiloHost.StartAsync(api, Patient);
        await AllSeeAsync([first, second, third]);
        api.Server.Faults.CutWatchesInMidFrame();
        await third.DisposeAsync();
        await AllSeeAsync([first, second]);
    }

    [Fact]
    public async Task A_silo_that_stops_is_gone_at_once_and_its_row_says_so()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Patient);
        var second = await SiloHost.StartAsync(api, Patient);
        await AllSeeAsync([first, second]);
        var address = second.Address.ToParsableString();

        await second.DisposeAsync();
        await AllSeeAsync([first]);

        var rows = (await api.ClusterAsync("orders"))["status"]!["silos"]!.AsArray();
        Assert.Equal("Dead", rows.Single(row => row!["silo"]!.GetValue<string>() == address)!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Silos_keep_together_while_the_api_server_is_away()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Hasty);
        await using var second = await SiloHost.StartAsync(api, Hasty);
        await using var third = await SiloHost.StartAsync(api, Hasty);
        SiloHost[] silos = [first, second, third];
        await AllSeeAsync(silos);
        await Eventually.Holds(api.LeasesAsync, static leases => leases.Count == 3, "each silo has sent a heartbeat");

        api.Server.Faults.GoAway();

        // By then every heartbeat is older than Orleans allows, on each silo.
        foreach (var silo in silos)
        {
            await Eventually.Holds(() => silo.Logged("Failed to update table entry") >= 2, "heartbeats fail");
            await Eventually.Holds(() => silo.Logged("Failed to refresh membership table") >= 2, "refreshes fail");
        }

        foreach (var silo in silos)
        {
            Assert.Equal(3, silo.Active().Count);
            Assert.False(silo.IsStopping);
            for (var key = 0; key < 20; key++)
                Assert.Equal("still here", await silo.Grains.GetGrain<IEchoGrain>(key).Echo("still here"));
        }

        var back = DateTime.UtcNow;
        api.Server.Faults.ComeBack();
        await Eventually.Holds(api.LeasesAsync, leases => leases.All(lease => RenewTime(lease) > back), "heartbeats go on");
        await AllSeeAsync(silos);
        var rows = (await api.ClusterAsync("orders"))["status"]!["silos"]!.AsArray();
        Assert.Equal(["Active", "Active", "Active"], rows.Select(static row => row!["status"]!.GetValue<string>()));

        // And the cluster takes in others again.
        await using var fourth = await SiloHost.StartAsync(api, Hasty);
        await AllSeeAsync([.. silos, fourth]);
    }

    [Fact]
    public async Task Silos_whose_table_is_deleted_end_and_say_why_and_a_new_one_begins_a_new_table()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Hasty);
        await using var second = await SiloHost.StartAsync(api, Hasty);
        await AllSeeAsync([first, second]);

        await api.DeleteClusterAsync("orders");

        foreach (var silo in new[] { first, second })
            await Eventually.Holds(() => silo.Fatal.Any(static reason => reason.Contains("OrleansCluster default/orders is not the one this silo knows: it was deleted", StringComparison.Ordinal)), "the silo ends");
        await using var third = await SiloHost.StartAsync(api, Hasty);
        await AllSeeAsync([third]);
    }

    [Fact]
    public async Task Silos_beside_a_table_created_anew_end_and_write_nothing_to_it()
    {
        await using var api = await ApiServer.StartAsync();
        await using var first = await SiloHost.StartAsync(api, Hasty);
        await using var second = await SiloHost.StartAsync(api, Hasty);
        await AllSeeAsync([first, second]);

        // Their watches show nothing of it.
        api.Server.Faults.StallWatches("orleansclusters");
        await api.DeleteClusterAsync("orders");
        await using var third = await SiloHost.StartAsync(api, Hasty);

        foreach (var silo in new[] { first, second })
            await Eventually.Holds(() => silo.Fatal.Any(static reason => reason.Contains("it was deleted", StringComparison.Ordinal)), "the silo ends");
        var rows = (await api.ClusterAsync("orders"))["status"]!["silos"]!.AsArray();
        Assert.Equal([third.Address.ToParsableString()], rows.Select(static row => row!["silo"]!.GetValue<string>()));
        api.Server.Faults.Clear();
    }

    [Fact]
    public async Task A_silo_at_a_loopback_address_does_not_join_silos_of_other_machines()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var other = Entries.New();
        await membership.InsertAsync(other);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => SiloHost.StartAsync(membership.Api, Hasty));

        Assert.Contains($"a loopback address, and cluster \"orders\" in namespace default has silos of other machines, such as {other.SiloAddress.ToParsableString()}", error.ToString(), StringComparison.Ordinal);
        Assert.Single((await membership.ReadAllAsync()).Members);
    }

    private static DateTime RenewTime(System.Text.Json.Nodes.JsonObject lease) =>
        DateTime.Parse(lease["spec"]!["renewTime"]!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    /// <summary>Learns nothing but from the watch.</summary>
    private static void Patient(ClusterMembershipOptions options) =>
        (options.TableRefreshTimeout, options.UseLivenessGossip) = (TimeSpan.FromHours(1), false);

    private static void Hasty(ClusterMembershipOptions options)
    {
        options.TableRefreshTimeout = options.IAmAliveTablePublishTimeout = TimeSpan.FromMilliseconds(300);
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
    }

    private static async Task AllSeeAsync(IReadOnlyList<SiloHost> silos)
    {
        var expected = silos.Select(static silo => silo.Address).Order().ToList();
        foreach (var silo in silos)
            await Eventually.Holds(() => silo.Active().SequenceEqual(expected), $"{silo.Address} sees {string.Join(", ", expected)}", TimeSpan.FromSeconds(20));
    }

    private static async Task<IHost> ClientAsync(ApiServer api)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKubeApi(options => options.Master = api.Server.Url.AbsoluteUri);
        builder.UseOrleansClient(static client => client
            .UseKubernetesClustering(static options => options.Namespace = ApiServer.Namespace)
            .Configure<ClusterOptions>(static options => (options.ClusterId, options.ServiceId) = ("orders", "orders")));
        var host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }
}
