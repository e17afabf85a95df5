using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Tests.Support;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Configuration;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Heartbeats;

/// <summary>A heartbeat's way to the API server, over the usual connections and fresh ones.</summary>
public sealed class HeartbeatWriterTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly SiloAddress _silo = Entries.New().SiloAddress;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hung_connection_delays_a_heartbeat_and_does_not_prevent_it()
    {
        await using var api = await ApiServer.StartAsync();
        using var silo = await StartAsync(api);
        api.Server.Faults.Delay("patch", "leases", TimeSpan.FromMinutes(1), client: "usual");

        await silo.Writer.WriteAsync(_silo, Token);

        Assert.Equal(0, silo.Record.Facts(Period).FailedRounds);
        Assert.Single(await api.LeasesAsync());
    }

    [Fact]
    public async Task A_refusal_on_both_ways_is_a_failed_round_and_is_tried_again_until_it_succeeds()
    {
        await using var api = await ApiServer.StartAsync();
        using var silo = await StartAsync(api, TimeSpan.FromMilliseconds(50));
        api.Server.Faults.Fail("patch", "leases", 403);

        var error = await Assert.ThrowsAsync<KubeApiException>(() => silo.Writer.WriteAsync(_silo, Token));

        Assert.True(error.IsForbidden);
        await Eventually.Holds(() => silo.Record.Facts(Period).FailedRounds >= 3, "it is tried again");
        Assert.True(api.Server.Audit.Count("patch", "leases", "fresh") >= 3, "over fresh connections too");
        api.Server.Faults.Clear();
        await Eventually.Holds(() => silo.Record.Facts(Period).FailedRounds == 0, "it succeeds");

        // Orleans waits up to a minute after failures: until it calls again, heartbeats go on without it.
        var before = api.Server.Audit.Count("patch", "leases", "usual");
        await Eventually.Holds(() => api.Server.Audit.Count("patch", "leases", "usual") >= before + 3, "heartbeats go on");
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_is_not_out_of_reach()
    {
        await using var api = await ApiServer.StartAsync();
        using var silo = await StartAsync(api);
        api.Server.Faults.Fail("patch", "leases", 429);

        await Assert.ThrowsAsync<KubeApiException>(() => silo.Writer.WriteAsync(_silo, Token));

        Assert.Equal(0, silo.Record.Facts(Period).FailedRounds);
        Assert.Equal(0, api.Server.Audit.Count("patch", "leases", "fresh"));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task The_time_is_that_of_the_api_server_whatever_the_clock_of_the_node(int minutes)
    {
        await using var api = await ApiServer.StartAsync();
        using var silo = await StartAsync(api, clock: new SkewedClock(TimeSpan.FromMinutes(minutes)));

        await silo.Writer.WriteAsync(_silo, Token);

        var renewed = (await api.LeasesAsync())[0]["spec"]!["renewTime"]!.GetValue<string>();
        var difference = DateTime.Parse(renewed, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - DateTime.UtcNow;
        Assert.InRange(difference.TotalSeconds, -10, 10);
    }

    private static async Task<TestedSilo> StartAsync(ApiServer api, TimeSpan? period = null, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        var options = Options.Create(new ClusterMembershipOptions { IAmAliveTablePublishTimeout = period ?? Period });
        var usual = KubeApiClient.Connect(api.Server.Url, options: new KubeApiOptions { UserAgent = "usual" });
        var membership = new MembershipApi(usual, new ServerClock(clock), new ApiContact(clock) { Gap = TimeSpan.FromMinutes(1) }, clock);
        var cluster = new ClusterIdentity("orders", ApiServer.Namespace);
        var store = new OrleansClusterStore(membership, cluster, new TableContinuity(cluster, NullLogger<TableContinuity>.Instance));
        await store.CreateAsync(Token);
        await store.ReadAsync(Token);
        var record = new HeartbeatRecord(clock);
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var writer = new HeartbeatWriter(
            new HeartbeatStore(membership, store, options),
            new FreshConnections(() => KubeApiClient.Connect(api.Server.Url, options: new KubeApiOptions { UserAgent = "fresh" })),
            record, store.Clock, ActivatorUtilities.CreateInstance<ClusteringMetrics>(services, TimeProvider.System), options, clock);
        return new TestedSilo(usual, writer, record);
    }

    private sealed record TestedSilo(KubeApiClient Usual, HeartbeatWriter Writer, HeartbeatRecord Record) : IDisposable
    {
        public void Dispose()
        {
            Writer.Dispose();
            Usual.Dispose();
        }
    }
}
