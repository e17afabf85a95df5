using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tls;

/// <summary>Mutual TLS between silos, and between Orleans clients and gateways.</summary>
internal static class SiloTls
{
    /// <summary>Secures the connections of a silo when <c>--tls-directory</c> is given.</summary>
    /// <exception cref="SettingsException">The certificates cannot be used.</exception>
    public static void UseSiloTls(this ISiloBuilder silo, SiloSettings settings)
    {
        if (settings.TlsDirectory is not { } folder)
        {
            if (settings.ClusteringKind() == ClusteringKind.Kubernetes)
                silo.Services.AddHostedService(services => new PlainTrafficWarning(settings, services.GetRequiredService<ILogger<PlainTrafficWarning>>()));
            return;
        }

        silo.Services.AddSingleton(services => new SiloCertificates(
            folder, settings.TlsName, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<SiloCertificates>>()));
        silo.Services.AddHostedService(services => services.GetRequiredService<SiloCertificates>());
        silo.Services.AddSingleton<TlsMetrics>();
        silo.Services.AddSingleton<PeerAuthentication>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<PeerAuthentication>((connections, peers) =>
        {
            connections.ConfigureSiloInboundConnection(connection => Secure(connection, peers, inbound: true));
            connections.ConfigureGatewayInboundConnection(connection => Secure(connection, peers, inbound: true));
            connections.ConfigureSiloOutboundConnection(connection => Secure(connection, peers, inbound: false));
        });
    }

    private static void Secure(IConnectionBuilder connection, PeerAuthentication peers, bool inbound)
    {
        connection.Use(next => context => peers.ReportAsync(context, next));
        if (inbound)
            connection.UseServerTls(peers.Options);
        else
            connection.UseClientTls(peers.Options);
        connection.Use(next => context => PeerAuthentication.RequireAsync(context, next));
    }
}
