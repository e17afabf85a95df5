using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Gateways;

/// <summary>Tells clients the gateways: the Active silos with a gateway port. No table yet is no gateway yet.</summary>
internal sealed class KubernetesGatewayListProvider(OrleansClusterStore clusters, IOptions<GatewayOptions> options) : IGatewayListProvider
{
    public TimeSpan MaxStaleness => options.Value.GatewayListRefreshPeriod;

    [Obsolete("Orleans does not use it any more.")]
    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public Task<IList<Uri>> GetGateways() => GetGatewaysAsync(CancellationToken.None);

    public async Task<IList<Uri>> GetGatewaysAsync(CancellationToken cancellationToken = default)
    {
        var table = await clusters.FindAsync(cancellationToken);
        return [.. (table?.Table.Silos ?? []).Where(static row => row is { Status: SiloStatus.Active, ProxyPort: not 0 }).Select(Gateway)];
    }

    private static Uri Gateway(SiloRow row)
    {
        var silo = SiloAddress.FromParsableString(row.Silo);
        return SiloAddress.New(silo.Endpoint.Address, row.ProxyPort, silo.Generation).ToGatewayUri();
    }
}
