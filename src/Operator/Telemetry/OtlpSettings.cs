using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>
/// What is sent to an OpenTelemetry collector, by the standard environment variables (OpenTelemetry specification, "OpenTelemetry
/// Protocol Exporter" and "Environment Variable Specification"): a signal is sent when it has an endpoint, its own or the
/// common one, and its exporter is not <c>none</c>.
/// </summary>
/// <param name="Traces">Where traces go; null for nowhere.</param>
/// <param name="Metrics">Where metrics go.</param>
/// <param name="Logs">Where logs go.</param>
internal sealed record OtlpSettings(OtlpSettings.Signal? Traces, OtlpSettings.Signal? Metrics, OtlpSettings.Signal? Logs)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Whether anything is sent.</summary>
    public bool Any => (Traces ?? Metrics ?? Logs) is not null;

    /// <summary>Reads the variables.</summary>
    /// <exception cref="SettingsException">An endpoint is not a URL, or a protocol is not known.</exception>
    public static OtlpSettings Read(IConfiguration environment) =>
        new(Read(environment, "TRACES"), Read(environment, "METRICS"), Read(environment, "LOGS"));

    private static Signal? Read(IConfiguration environment, string signal)
    {
        var exporter = $"OTEL_{signal}_EXPORTER";
        if (environment[exporter] is { Length: > 0 } chosen && !chosen.Split(',', StringSplitOptions.TrimEntries).Contains("otlp"))
            return chosen == "none" ? null : throw new SettingsException($"{exporter}: '{chosen}' is not otlp or none.");
        var own = Url(environment, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
        if (own is null && Url(environment, Endpoint) is null)
            return null;
        var protocol = Protocol(environment, $"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") ?? Protocol(environment, "OTEL_EXPORTER_OTLP_PROTOCOL");
        return new Signal(own, protocol == "http/protobuf");
    }

    private static Uri? Url(IConfiguration environment, string variable)
    {
        if (environment[variable] is not { Length: > 0 } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new SettingsException($"{variable}: '{text}' is not an http or https URL.");
    }

    private static string? Protocol(IConfiguration environment, string variable) => environment[variable] switch
    {
        null or "" => null,
        "grpc" => "grpc",
        "http/protobuf" => "http/protobuf",
        var other => throw new SettingsException($"{variable}: '{other}' is not grpc or http/protobuf."),
    };

    /// <summary>How one signal is sent.</summary>
    /// <param name="Endpoint">Its own endpoint; null for the common one.</param>
    /// <param name="Http">Whether as protobuf over HTTP; else over gRPC.</param>
    internal sealed record Signal(Uri? Endpoint, bool Http);
}
