using Orleans.Dashboard;
using OrleansOperator.Fleet;
using OrleansOperator.Grains.Engine;
using OrleansOperator.KubeApi;
using OrleansOperator.Silo.Admin;
using OrleansOperator.Silo.Foos;
using OrleansOperator.Silo.Health;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Telemetry;
using OrleansOperator.Silo.Tls;
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
        builder.WebHost.UseSiloListeners(settings);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Logging.AddSiloLogging(settings);
        builder.Services.AddSingleton(TimeProvider.System);

        // Hosted services stop in reverse: first the feeds, then the silo with its reconciles, then the events they recorded.
        builder.Services.AddKubeApi(api =>
        {
            (api.Kubeconfig, api.Context, api.Master) = (settings.Kubeconfig, settings.Context, settings.Master?.ToString());
            api.MaxConcurrentRequests = settings.MaxConcurrentRequests;
        });
        builder.Services.AddEventRecorder();
        builder.Services.AddReconcilers(reconcilers =>
            (reconcilers.MaxConcurrentReconciles, reconcilers.ResyncPeriod) = (settings.MaxConcurrentReconciles, settings.ResyncPeriod));
        builder.Services.AddFooController(settings);
        builder.Host.UseOrleans((_, silo) => SiloCluster.Configure(silo, settings));
        builder.Services.AddHomePlacement();
        builder.Services.AddWatchIngest(ingest => ingest.Standbys = settings.FeedStandbys);
        builder.Services.AddHealthChecks()
            .AddCheck<SiloHealth>("silo", tags: [HealthTags.Ready])
            .AddCheck<FeedHealth>("feeds", tags: [HealthTags.Ready]);
        builder.Services.AddAdminPages(settings);
        builder.Services.AddSiloTelemetry(settings, builder.Configuration);

        var app = builder.Build();

        app.UseSiloTelemetry();

        // What is wrong with the settings is reported before anything starts.
        FeedRanges.EnsureKnown(settings, app.Services.GetServices<FeedDefinition>());
        app.Services.GetRequiredService<IKubeApi>();
        app.Services.GetService<SiloCertificates>();
        app.UseAdminPages(settings);
        app.MapHealthChecks("/healthz", HealthText.Options(HealthTags.Live));
        app.MapHealthChecks("/readyz", HealthText.Options(HealthTags.Ready));
        app.MapOrleansDashboard("/dashboard");
        app.MapFleet();
        return app;
    }
}
