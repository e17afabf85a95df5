using System.Reflection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>What a silo tells about itself: metrics at <c>/metrics</c>, and whatever goes to an OpenTelemetry collector.</summary>
internal static class SiloTelemetry
{
    private const string ServiceName = "orleans-operator";

    /// <summary>Adds the telemetry of a silo.</summary>
    /// <exception cref="SettingsException">An <c>OTEL_</c> variable cannot be read.</exception>
    public static IServiceCollection AddSiloTelemetry(this IServiceCollection services, SiloSettings settings, IConfiguration environment)
    {
        services.AddSingleton<ProcessMetrics>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(ServiceName, serviceVersion: Version(), serviceInstanceId: settings.SiloName())

                // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override it.
                .AddEnvironmentVariableDetector())
            .WithMetrics(SiloMetrics.AddSiloMetrics);
        var otlp = OtlpSettings.Read(environment);
        if (otlp.Any)
            telemetry.AddOtlp(otlp, environment);
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
