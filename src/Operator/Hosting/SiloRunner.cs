using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.Silo.Building;
using OrleansOperator.Silo.Dev;
using OrleansOperator.Silo.Health;
using OrleansOperator.Silo.Lifetime;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Runs one silo from start to SIGTERM, and tells the user where everything is.</summary>
internal static class SiloRunner
{
    /// <summary>How often a starting silo is asked whether it is ready: often enough not to be felt.</summary>
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the exit code.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="definition">What the operator consists of.</param>
    /// <param name="lastResort">Ends a shutdown that takes too long.</param>
    /// <param name="cancellationToken">Cancelled by SIGTERM.</param>
    public static async Task<int> RunAsync(SiloSettings settings, OperatorDefinition definition, LastResort lastResort, CancellationToken cancellationToken)
    {
        PortCheck.EnsureFree(settings);
        await using var dev = settings.Dev ? await DevEnvironment.StartAsync(settings, definition.Manifests, cancellationToken) : null;
        if (dev is not null)
            settings = settings with { Kubeconfig = dev.Kubeconfig, ApiPort = dev.Url.Port };

        var app = SiloHost.Build(settings, definition);
        var sequence = app.Services.GetRequiredService<ServiceSequence>();
        lastResort.Watch(app);
        await using var stop = cancellationToken.Register(app.Lifetime.StopApplication);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The shutdown below ends what has started.
        }

        var announcements = new Announcements(settings, app.Services.GetRequiredService<ILoggerFactory>());
        announcements.Started(dev, definition.Controllers[0].Controller.Kind.Resource.Plural);
        await AnnounceReadyAsync(app, announcements);
        await app.WaitForShutdownAsync(CancellationToken.None);
        if (!sequence.Unfinished.IsEmpty)
            lastResort.Exit();

        // Orleans' silo, when disposed, waits for ever for the end of a start that was interrupted.
        if (sequence.HasStarted)
            await app.DisposeAsync();
        else
            app.Services.GetRequiredService<ILoggerFactory>().Dispose();
        if (sequence.StartFailure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return sequence.Crash is null ? ExitCodes.Success : ExitCodes.Crashed;
    }

    private static async Task AnnounceReadyAsync(WebApplication app, Announcements announcements)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var health = app.Services.GetRequiredService<HealthCheckService>();
        using var timer = new PeriodicTimer(ReadyPoll);
        try
        {
            while ((await health.CheckHealthAsync(check => check.Tags.Contains(HealthTags.Ready), stopping)).Status == HealthStatus.Unhealthy)
                await timer.WaitForNextTickAsync(stopping);
            announcements.Ready();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before it was ever ready: the shutdown goes on, there is nothing to announce.
        }
    }
}
