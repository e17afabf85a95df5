using System.Reflection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>What a silo tells about itself: metrics at <c>/metrics</c>.</summary>
internal static class SiloTelemetry
{
    private const string ServiceName = "orleans-operator";

    /// <summary>Adds the telemetry of a silo.</summary>
    public static IServiceCollection AddSiloTelemetry(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton<ProcessMetrics>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(ServiceName, serviceVersion: Version(), serviceInstanceId: settings.SiloName())

                // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override it.
                .AddEnvironmentVariableDetector())
            .WithMetrics(SiloMetrics.AddSiloMetrics);
        return services;
    }

    /// <summary>
    /// Starts to listen, and serves <c>/metrics</c>. Call it before anything that measures is created: a series that begins at
    /// zero does so only if somebody listens.
    /// </summary>
    public static void UseSiloTelemetry(this WebApplication app)
    {
        app.Services.GetRequiredService<MeterProvider>();
        app.Services.GetRequiredService<ProcessMetrics>();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static string? Version() =>
        typeof(SiloTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
