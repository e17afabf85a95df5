using OrleansOperator.Silo.Dev;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Tells the user where everything is: lines for a reader, or log lines where a log collector reads.</summary>
internal sealed partial class Announcements(SiloSettings settings, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("OrleansOperator.Silo");

    private bool Json => settings.LogFormat == LogFormat.Json;

    /// <summary>The process listens.</summary>
    /// <param name="dev">The API server of its own; null when it uses another.</param>
    /// <param name="plural">A kind to look at.</param>
    public void Started(DevEnvironment? dev, string plural)
    {
        if (Json)
        {
            Log.Listens(_logger, string.Join(", ", settings.ProbeUrls()), string.Join(", ", settings.AdminUrls), dev?.Kubeconfig ?? settings.Kubeconfig);
            return;
        }

        if (dev is not null)
        {
            Console.WriteLine($"API server:  {dev.Url}");
            Console.WriteLine($"kubeconfig:  {dev.Kubeconfig}");
            Console.WriteLine($"             try: kubectl --kubeconfig {dev.Kubeconfig} get {plural}");
        }

        foreach (var url in settings.ProbeUrls())
            Console.WriteLine($"Probes:      {url}/readyz   {url}/metrics");
        foreach (var url in settings.AdminUrls)
            Console.WriteLine($"Dashboard:   {url}/dashboard");
    }

    /// <summary>The silo is ready.</summary>
    public void Ready()
    {
        if (Json)
            Log.Ready(_logger);
        else
            Console.WriteLine("Silo ready");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Probes and metrics at {Urls}, dashboard at {AdminUrls}, kubeconfig {Kubeconfig}")]
        public static partial void Listens(ILogger logger, string urls, string adminUrls, string? kubeconfig);

        [LoggerMessage(LogLevel.Information, "Silo ready")]
        public static partial void Ready(ILogger logger);
    }
}
