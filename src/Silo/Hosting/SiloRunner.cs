using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.Silo.Dev;
using OrleansOperator.Silo.Health;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Runs one silo from start to SIGTERM, and tells the user where everything is.</summary>
internal static class SiloRunner
{
    /// <summary>How often a starting silo is asked whether it is ready: often enough not to be felt.</summary>
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the exit code: 0 after an orderly shutdown.</summary>
    public static async Task<int> RunAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        PortCheck.EnsureFree(settings);
        await using var dev = settings.Dev ? await DevEnvironment.StartAsync(settings, cancellationToken) : null;
        if (dev is not null)
            settings = settings with { Kubeconfig = dev.Kubeconfig, ApiPort = dev.Url.Port };

        await using var app = SiloHost.Build(settings);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // SIGTERM before the silo had joined: there is nothing to leave.
            return 0;
        }

        var announcements = new Announcements(settings, app.Services.GetRequiredService<ILoggerFactory>());
        announcements.Started(dev);
        await AnnounceReadyAsync(app, announcements);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task AnnounceReadyAsync(WebApplication app, Announcements announcements)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var health = app.Services.GetRequiredService<HealthCheckService>();
        using var timer = new PeriodicTimer(ReadyPoll);
        try
        {
            while ((await health.CheckHealthAsync(check => check.Tags.Contains(HealthTags.Ready), stopping)).Status != HealthStatus.Healthy)
                await timer.WaitForNextTickAsync(stopping);
            announcements.Ready();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before it was ever ready: the shutdown goes on, there is nothing to announce.
        }
    }
}
