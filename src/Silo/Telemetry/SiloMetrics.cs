using OpenTelemetry.Metrics;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>The metrics of a silo, for Prometheus to scrape.</summary>
internal static class SiloMetrics
{
    /// <summary>Collects the metrics of this operator, of Orleans and of the runtime.</summary>
    public static IServiceCollection AddSiloMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("OrleansOperator.*", "Microsoft.Orleans", "System.Runtime")
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
        return services;
    }

    /// <summary>Serves them at <c>/metrics</c>.</summary>
    public static void MapSiloMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
