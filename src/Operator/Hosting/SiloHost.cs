using Orleans.Dashboard;
using OrleansOperator.Fleet;
using OrleansOperator.Grains.Engine;
using OrleansOperator.KubeApi;
using OrleansOperator.Silo.Admin;
using OrleansOperator.Silo.Building;
using OrleansOperator.Silo.Health;
using OrleansOperator.Silo.Lifetime;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Telemetry;
using OrleansOperator.Silo.Tls;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Wires one silo: the rooms of the project, Orleans, probes, metrics and the dashboard.</summary>
internal static class SiloHost
{
    /// <summary>For Kestrel, which stops last; <see cref="ServiceSequence"/> has its own times.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Builds the host, not started yet.</summary>
    public static WebApplication Build(SiloSettings settings, OperatorDefinition definition)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseSiloListeners(settings);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Logging.AddSiloLogging(settings);
        builder.Services.AddSingleton(TimeProvider.System);

        builder.Services.AddKubeApi(api =>
        {
            (api.Kubeconfig, api.Context, api.Master) = (settings.Kubeconfig, settings.Context, settings.Master?.ToString());
            api.MaxConcurrentRequests = settings.MaxConcurrentRequests;
        });
        builder.Services.AddReconcilers(reconcilers =>
            (reconcilers.MaxConcurrentReconciles, reconcilers.ResyncPeriod) = (settings.MaxConcurrentReconciles, settings.ResyncPeriod));
        definition.AddTo(builder.Services, settings);

        // Started one after the other when Kestrel listens, and stopped in reverse before it stops.
        builder.Services
            .AddStep("the event recorder", static services => services.AddEventRecorder())
            .AddStep("the silo", _ => builder.Host.UseOrleans((_, silo) => SiloCluster.Configure(silo, settings)), SiloCluster.LeaveAsync)
            .AddStep("the feeds", services => services.AddWatchIngest(ingest => ingest.Standbys = settings.FeedStandbys));
        builder.Services.AddHomePlacement();
        builder.Services.AddProbes();
        builder.Services.AddAdminPages(settings);
        builder.Services.AddSiloTelemetry(settings, builder.Configuration);

        var app = builder.Build();

        app.UseSiloTelemetry();
        DashboardPace.SlowExport(app.Services);

        // What is wrong with the settings is reported before anything starts.
        FeedRanges.EnsureKnown(settings, app.Services.GetServices<FeedDefinition>());
        app.Services.GetRequiredService<IKubeApi>();
        app.Services.GetService<SiloCertificates>();
        app.UseAdminPages(settings);
        app.MapProbes();
        app.UseDashboardGate("/dashboard");
        app.MapOrleansDashboard("/dashboard");
        app.MapFleet();
        return app;
    }
}
