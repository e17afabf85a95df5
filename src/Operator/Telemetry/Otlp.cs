using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OrleansOperator.Observability;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>
/// Sends traces, metrics and logs to an OpenTelemetry collector. Apart from the rest, so that a silo without a collector does
/// not load the exporter.
/// </summary>
internal static class Otlp
{
    /// <summary>Of how many traces one is kept, unless <c>OTEL_TRACES_SAMPLER</c> says otherwise: every tenth.</summary>
    private const double Sampled = 0.1;

    /// <summary>Adds the exporters that are configured.</summary>
    public static void AddOtlp(this OpenTelemetryBuilder telemetry, OtlpSettings settings, IConfiguration environment)
    {
        telemetry.Services.AddHostedService<OtlpFailures>();
        if (settings.Traces is { } traces)
        {
            telemetry.WithTracing(tracing =>
            {
                tracing.AddSource(Tracing.SourceName).AddOtlpExporter(options => Configure(options, traces));
                if (string.IsNullOrEmpty(environment["OTEL_TRACES_SAMPLER"]))
                    tracing.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(Sampled)));
            });
        }

        if (settings.Metrics is { } metrics)
            telemetry.WithMetrics(metering => metering.AddOtlpExporter(options => Configure(options, metrics)));
        if (settings.Logs is { } logs)
        {
            telemetry.WithLogging(
                logging => logging.AddOtlpExporter(options => Configure(options, logs)),
                options => (options.IncludeScopes, options.IncludeFormattedMessage) = (true, true));
        }
    }

    private static void Configure(OtlpExporterOptions options, OtlpSettings.Signal signal)
    {
        options.Protocol = signal.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

        // Without an endpoint of its own it reads the common one, and appends its path.
        if (signal.Endpoint is { } endpoint)
            options.Endpoint = endpoint;
    }
}
