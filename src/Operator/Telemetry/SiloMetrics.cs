using OpenTelemetry.Metrics;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>The metrics of a silo, for Prometheus to scrape.</summary>
internal static class SiloMetrics
{
    /// <summary>Collects the metrics of this operator, of Orleans and of the runtime.</summary>
    public static void AddSiloMetrics(this MeterProviderBuilder metrics) => metrics
        .AddMeter("OrleansOperator.*", "Microsoft.Orleans", "System.Runtime")
        .AddPrometheusExporter(exporter =>
        {
            exporter.ScrapeResponseCacheDurationMilliseconds = 0;

            // Dashboards made for controller-runtime know no otel_scope_* labels.
            exporter.ScopeInfoEnabled = false;
        });
}
