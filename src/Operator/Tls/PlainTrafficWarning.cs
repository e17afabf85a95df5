using System.Globalization;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tls;

/// <summary>Says once, at the start, what has to keep others from the silos where there is no TLS.</summary>
internal sealed partial class PlainTrafficWarning(SiloSettings settings, ILogger<PlainTrafficWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Nobody else reaches loopback.
        if (!System.Net.IPAddress.IsLoopback(settings.Advertised()))
        {
            Log.NoTls(logger, settings.GatewayPort == 0
                ? settings.SiloPort.ToString(CultureInfo.InvariantCulture)
                : FormattableString.Invariant($"{settings.SiloPort} or {settings.GatewayPort}"));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Silos talk to each other without TLS: whoever reaches port {Ports} of a silo can call every grain. "
            + "A NetworkPolicy has to admit silos only, or give --tls-directory")]
        public static partial void NoTls(ILogger logger, string ports);
    }
}
