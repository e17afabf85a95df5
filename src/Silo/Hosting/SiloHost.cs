using OpenTelemetry.Metrics;
using Orleans.Dashboard;
using OrleansOperator.Grains.Engine;
using OrleansOperator.KubeApi;
using OrleansOperator.Silo.Foos;
using OrleansOperator.Silo.Health;
using OrleansOperator.Silo.Settings;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Wires one silo: the rooms of the project, Orleans, probes, metrics and the dashboard.</summary>
internal static class SiloHost
{
    /// <summary>
    /// Less than the ten seconds within which an operator on call expects SIGTERM to be done. Running reconciles need
    /// milliseconds; the rest of the time is for Orleans to leave its cluster.
    /// </summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(9);

    /// <summary>Builds the host, not started yet.</summary>
    public static WebApplication Build(SiloSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls([.. settings.ProbeUrls(), .. settings.AdminUrls]);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        AddLogging(builder, settings);
        builder.Services.AddSingleton(TimeProvider.System);

        // Hosted services stop in reverse: first the feeds, then the silo with its reconciles, then the events they recorded.
        builder.Services.AddKubeApi(api =>
        {
            (api.Kubeconfig, api.Context, api.Master) = (settings.Kubeconfig, settings.Context, settings.Master?.ToString());
            api.MaxConcurrentRequests = settings.MaxConcurrentRequests;
        });
        builder.Services.AddEventRecorder();
        builder.Services.AddReconcilers(reconcilers =>
            (reconcilers.MaxConcurrentReconciles, reconcilers.MovesPerSecond) = (settings.MaxConcurrentReconciles, settings.MovesPerSecond));
        builder.Services.AddFooController(settings);
        builder.Host.UseOrleans((_, silo) => SiloCluster.Configure(silo, settings));
        builder.Services.AddHomePlacement();
        builder.Services.AddWatchIngest(ingest => ingest.ResyncPeriod = settings.ResyncPeriod);
        builder.Services.AddHealthChecks()
            .AddCheck<SiloHealth>("silo", tags: [HealthTags.Ready])
            .AddCheck<FeedHealth>("feeds", tags: [HealthTags.Ready]);
        AddMetrics(builder.Services);

        var app = builder.Build();

        // Credentials that cannot be found are told before anything starts.
        app.Services.GetRequiredService<IKubeApi>();
        app.UseAdminGuard(settings.AdminUrls.Select(url => PortCheck.EndPointOf(url).Port).ToHashSet());
        app.MapHealthChecks("/healthz", HealthText.Options(HealthTags.Live));
        app.MapHealthChecks("/readyz", HealthText.Options(HealthTags.Ready));
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOrleansDashboard("/dashboard");
        return app;
    }

    private static void AddLogging(WebApplicationBuilder builder, SiloSettings settings)
    {
        builder.Logging.SetMinimumLevel(settings.LogLevel);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });

        // Orleans and ASP.NET tell their life story at Information; what an operator on call needs of it is at Warning.
        if (settings.LogLevel == LogLevel.Information)
            builder.Logging.AddFilter("Orleans.", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);

        // While a silo dies, each call to it would write lines here; whoever makes the calls tries again, and says what lasts.
        if (settings.LogLevel >= LogLevel.Information)
        {
            foreach (var category in (string[])["Polly", "Orleans.Messaging", "Orleans.Runtime.CallbackData", "Orleans.Runtime.Messaging", "Orleans.Runtime.MembershipService.SiloHealthMonitor", "Orleans.Runtime.GrainDirectory", "Orleans.Runtime.Metadata", "Orleans.Runtime.Scheduler"])
                builder.Logging.AddFilter(category, LogLevel.Critical);
        }

        // Orleans logs the life of a grain service under the service's own name.
        if (settings.LogLevel == LogLevel.Information)
            builder.Logging.AddFilter("OrleansOperator.Clustering.Kubernetes.Fencing.PeerService", LogLevel.Warning);

        // Its first measurement counts from the start of the machine, and warns of it.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // An unhealthy probe is told by its answer, and its cause by whoever has it.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    private static void AddMetrics(IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("OrleansOperator.*", "Microsoft.Orleans", "System.Runtime")
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
}
