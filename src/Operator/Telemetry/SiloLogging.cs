using Microsoft.Extensions.Logging.Console;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>Where log lines go, and which are written: few enough to be read, quiet while all is well.</summary>
internal static class SiloLogging
{
    /// <summary>
    /// While a silo dies, each call to it would write lines here; whoever makes the calls tries again, and reports what lasts.
    /// </summary>
    private static readonly string[] PerCallCategories =
    [
        "Polly",
        "Orleans.Runtime.GrainCallCancellationManager",
        "Orleans.Connections.Security",
        "Orleans.Messaging",
        "Orleans.Runtime.CallbackData",
        "Orleans.Runtime.Messaging",
        "Orleans.Runtime.GrainDirectory",
        "Orleans.Runtime.Metadata",
        "Orleans.Runtime.Scheduler",
    ];

    /// <summary>
    /// These write a stack trace for each try of what is retried, and for a start that SIGTERM ends. What they have to say is said
    /// in a line: by MembershipHealth, FeedManager ("Active silos"), PodWatcher, SiloFailure and StartupError.
    /// </summary>
    private static readonly string[] PerTryCategories =
    [
        "Orleans.Runtime.DeploymentLoadPublisher",
        "Orleans.Runtime.MembershipService",
        "Orleans.Runtime.Silo",
        "Orleans.Runtime.SiloLifecycleSubject",
    ];

    /// <summary>Configures the logging of a silo.</summary>
    public static void AddSiloLogging(this ILoggingBuilder logging, SiloSettings settings)
    {
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddConsole(console => console.FormatterName = settings.LogFormat == LogFormat.Json ? JsonLogFormatter.FormatterName : TextLogFormatter.FormatterName);
        logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<TextLogFormatter, ConsoleFormatterOptions>();

        // Orleans and ASP.NET narrate at Information; what an operator on call needs of it is at Warning.
        if (settings.LogLevel == LogLevel.Information)
            logging.AddFilter("Orleans.", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);

        if (settings.LogLevel >= LogLevel.Information)
        {
            foreach (var category in PerCallCategories.Concat(PerTryCategories))
                logging.AddFilter(category, LogLevel.Critical);
        }

        // Orleans logs the life of a grain service under the service's own name.
        if (settings.LogLevel == LogLevel.Information)
        {
            logging.AddFilter("OrleansOperator.Clustering.Kubernetes.Fencing.PeerService", LogLevel.Warning)
                .AddFilter("OrleansOperator.Fleet.Cluster.FleetService", LogLevel.Warning)
                .AddFilter("OrleansOperator.WatchIngest.AntiEntropy.FeedPeer", LogLevel.Warning);
        }

        // Its first measurement counts from the start of the machine, and warns about it.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // An unhealthy probe is reported by its answer, and its cause by whoever has it.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }
}
