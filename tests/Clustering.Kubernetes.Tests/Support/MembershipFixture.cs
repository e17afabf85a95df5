using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Fencing;
using OrleansOperator.Clustering.Kubernetes.Gateways;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>A membership table on an API server of its own, initialized.</summary>
internal sealed class MembershipFixture : IAsyncDisposable
{
    private readonly KubeApiClient _client;

    private MembershipFixture(ApiServer api, string clusterId, KubernetesClusteringOptions options)
    {
        Api = api;
        _client = KubeApiClient.Connect(api.Server.Url);
        Cluster = new ClusterIdentity(clusterId, ApiServer.Namespace);
        Table = TableOf(_client, Cluster, options);
        Gateways = new KubernetesGatewayListProvider(StoreOf(_client, Cluster).Store, Options.Create(new GatewayOptions()));
    }

    public ApiServer Api { get; }

    public ClusterIdentity Cluster { get; }

    public KubernetesMembershipTable Table { get; }

    public KubernetesGatewayListProvider Gateways { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<MembershipFixture> StartAsync(
        string clusterId = "orders", KubernetesClusteringOptions? options = null, Weather weather = Weather.Fair)
    {
        var api = await ApiServer.StartAsync();
        weather.Begin(api.Server.Faults);
        var fixture = new MembershipFixture(api, clusterId, options ?? new KubernetesClusteringOptions());
        await RetryAsync(async () =>
        {
            await fixture.Table.InitializeMembershipTableAsync(true, Token);
            return true;
        });
        return fixture;
    }

    /// <summary>Another silo's view of the same table; it is not to be disposed.</summary>
    public MembershipFixture Other(string? clusterId = null, KubernetesClusteringOptions? options = null) =>
        new(Api, clusterId ?? Cluster.ClusterId, options ?? new KubernetesClusteringOptions());

    private static ClusteringMetrics Metrics { get; } = MetricsOf(new ServiceCollection().AddMetrics().BuildServiceProvider());

    public static KubernetesMembershipTable TableOf(IKubeApi api, ClusterIdentity cluster, KubernetesClusteringOptions? options = null)
    {
        var (store, membership) = StoreOf(api, cluster);
        return new KubernetesMembershipTable(
            store, new HeartbeatStore(membership, store, Options.Create(new ClusterMembershipOptions())), new AnyoneMayEvict(), new FencingKey(),
            Options.Create(options ?? new KubernetesClusteringOptions()), NullLogger<KubernetesMembershipTable>.Instance);
    }

    /// <summary>The table for Orleans, and what its heartbeats do.</summary>
    public static PatientMembershipTable PatientTableOf(IKubeApi api, MembershipHealth health, ILocalSiloDetails self, ClusterMembershipOptions options)
    {
        var (store, membership) = StoreOf(api, new ClusterIdentity(self.ClusterId, ApiServer.Namespace));
        var heartbeats = new HeartbeatStore(membership, store, Options.Create(options));
        var writer = new HeartbeatWriter(
            heartbeats, new FreshConnections(static () => null), new HeartbeatRecord(TimeProvider.System),
            store.Clock, Metrics, Options.Create(options), TimeProvider.System);
        var table = new KubernetesMembershipTable(
            store, heartbeats, new AnyoneMayEvict(), new FencingKey(),
            Options.Create(new KubernetesClusteringOptions()), NullLogger<KubernetesMembershipTable>.Instance);
        return new PatientMembershipTable(table, writer, health, self, Options.Create(options), TimeProvider.System);
    }

    private static (OrleansClusterStore Store, MembershipApi Api) StoreOf(IKubeApi api, ClusterIdentity cluster)
    {
        var membership = new MembershipApi(
            api, new ServerClock(TimeProvider.System), new ApiContact(TimeProvider.System) { Gap = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        return (new OrleansClusterStore(membership, cluster, new TableContinuity(cluster, NullLogger<TableContinuity>.Instance)), membership);
    }

    private static ClusteringMetrics MetricsOf(IServiceProvider services) => new(services.GetRequiredService<IMeterFactory>(), services, TimeProvider.System);

    /// <summary>As Orleans does it: what throws is tried again.</summary>
    public Task<MembershipTableData> ReadAllAsync() => RetryAsync(() => Table.ReadAllAsync(Token));

    /// <summary>As Orleans does it: the table is read, and a write that fails or throws is retried.</summary>
    public Task<TableVersion> InsertAsync(MembershipEntry entry) => WriteAsync(async (table, version) =>
        table.TryGet(entry.SiloAddress) is not null || await Table.InsertRowAsync(entry, version, Token));

    /// <summary>As Orleans does it: the row is read and changed, and a write that fails or throws is retried.</summary>
    public Task<TableVersion> UpdateAsync(SiloAddress silo, Action<MembershipEntry> change) => WriteAsync((table, version) =>
    {
        var (entry, etag) = table.TryGet(silo)!;
        change(entry);
        return Table.UpdateRowAsync(entry, etag, version, Token);
    });

    public static async Task<T> RetryAsync<T>(Func<Task<T>> act)
    {
        var result = default(T);
        await Eventually.Holds(async () =>
        {
            try
            {
                result = await act();
                return true;
            }
            catch (KubeApiException)
            {
                return false;
            }
        }, static done => done, "the API server answers");
        return result!;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Api.DisposeAsync();
    }

    private async Task<TableVersion> WriteAsync(Func<MembershipTableData, TableVersion, Task<bool>> write)
    {
        await Eventually.Holds(() => RetryAsync(async () =>
        {
            var table = await Table.ReadAllAsync(Token);
            return await write(table, table.Version.Next());
        }), static done => done, "the write is accepted");
        return (await ReadAllAsync()).Version;
    }
}
