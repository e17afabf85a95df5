using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>How this silo finds the others, and how they notice that it is gone.</summary>
internal static class SiloCluster
{
    public static void Configure(ISiloBuilder silo, SiloSettings settings)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        if (settings.ClusteringKind() == ClusteringKind.Localhost)
            silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, null, settings.ServiceId, settings.ClusterId);
        silo.AddDashboard();
    }
}
