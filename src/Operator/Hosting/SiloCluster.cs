using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansOperator.Clustering.Kubernetes;
using OrleansOperator.Fleet;
using OrleansOperator.Silo.Admin;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Tls;

namespace OrleansOperator.Silo.Hosting;

/// <summary>How this silo finds the others, and how they notice that it is gone.</summary>
internal static class SiloCluster
{
    /// <summary>
    /// The longest probe time-out and the check of connections together decide when a silo that hangs is given up: three times
    /// this. Orleans' default of four times the probe time-out would take a minute.
    /// </summary>
    private const double LongestProbe = 1.25;

    /// <summary>
    /// The shortest probe time-out, and with it the time between probes of a silo that answers fast: three of them find a crash.
    /// </summary>
    private const double ShortestProbe = 0.375;

    /// <summary>
    /// How long Orleans waits for a reply to a call. What waits for a silo that has died is asked again much sooner; this bounds
    /// the rest.
    /// </summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A silo waits to join for as long as it takes, and its probes and log say what for: Orleans' five minutes would end in a
    /// restart that changes nothing. Not infinite, which one of Orleans' timers takes for "no time at all".
    /// </summary>
    private static readonly TimeSpan MaxJoinAttemptTime = TimeSpan.FromDays(30);

    public static void Configure(ISiloBuilder silo, SiloSettings settings)
    {
        silo.Services.Replace(ServiceDescriptor.Singleton<IFatalErrorHandler, SiloFailure>());
        var kubernetes = settings.ClusteringKind() == ClusteringKind.Kubernetes;
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = settings.ProbeTimeout;
            options.MinProbeTimeout = settings.ProbeTimeout * ShortestProbe;
            options.MaxProbeTimeout = settings.ProbeTimeout * LongestProbe;
            options.IAmAliveTablePublishTimeout = settings.HeartbeatPeriod;
            options.MaxJoinAttemptTime = MaxJoinAttemptTime;
        });
        if (kubernetes)
        {
            silo.UseKubernetesClustering(options => options.PodLabelSelector = settings.PodSelector);
            silo.Configure<SiloOptions>(options => options.SiloName = settings.SiloName());
            silo.Configure<EndpointOptions>(options =>
            {
                options.AdvertisedIPAddress = settings.Advertised();
                (options.SiloPort, options.GatewayPort) = (settings.SiloPort, settings.GatewayPort);
                options.SiloListeningEndpoint = settings.ListenEndPoint(settings.SiloPort);
                options.GatewayListeningEndpoint = settings.GatewayPort == 0 ? null : settings.ListenEndPoint(settings.GatewayPort);
            });
        }
        else
        {
            silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, null, settings.ServiceId, settings.ClusterId);
        }

        // Its live log stream would show every log line of the silo to whoever reaches the admin address.
        silo.UseSiloTls(settings);
        silo.AddDashboard(options => (options.HideTrace, options.CounterUpdateIntervalMs) = (true, DashboardPace.Milliseconds));
        silo.AddFleet();
    }

    /// <summary>Leaves the cluster that this silo was still joining, when the others may know that it joins.</summary>
    public static Task LeaveAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<ISiloStatusOracle>().CurrentStatus == SiloStatus.Created
            ? Task.CompletedTask
            : services.GetRequiredService<ISiloLifecycleSubject>().OnStop(cancellationToken);
}
