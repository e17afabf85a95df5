using Microsoft.Extensions.Configuration;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Telemetry;

namespace OrleansOperator.Silo.Tests.Telemetry;

/// <summary>Which of OpenTelemetry's standard variables send what where.</summary>
public sealed class OtlpSettingsTests
{
    /// <summary>Variables, and what is sent: T(races), M(etrics), L(ogs), with their own endpoint if they have one.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("OTEL_SERVICE_NAME=x OTEL_TRACES_EXPORTER=otlp", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "T M L")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_LOGS_EXPORTER=none", "T M")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_LOGS_EXPORTER=none OTEL_METRICS_EXPORTER=none", "T")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_LOGS_EXPORTER=otlp OTEL_TRACES_EXPORTER=console,otlp", "T M L")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t:4318/v1/traces", "T:http://t:4318/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=https://c OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m/v1", "T M:http://m/v1 L")]
    public void A_signal_is_sent_when_it_has_an_endpoint_and_is_not_switched_off(string variables, string sent)
    {
        var settings = Read(variables);

        Assert.Equal(sent, string.Join(' ', new[] { ("T", settings.Traces), ("M", settings.Metrics), ("L", settings.Logs) }
            .Where(signal => signal.Item2 is not null)
            .Select(signal => signal.Item1 + (signal.Item2!.Endpoint is { } own ? $":{own}" : ""))));
        Assert.Equal(sent.Length > 0, settings.Any);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=grpc", false)]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", true)]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc", false)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf", true)]
    public void The_protocol_is_gRPC_unless_it_is_set(string variables, bool http) =>
        Assert.Equal(http, Read("OTEL_EXPORTER_OTLP_ENDPOINT=http://c " + variables).Traces!.Http);

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' is not an http or https URL.")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=/v1/logs", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: '/v1/logs' is not an http or https URL.")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_EXPORTER_OTLP_PROTOCOL=http/json", "OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is not grpc or http/protobuf.")]
    [InlineData("OTEL_METRICS_EXPORTER=prometheus", "OTEL_METRICS_EXPORTER: 'prometheus' is not otlp or none.")]
    public void What_cannot_be_used_is_named(string variables, string message) =>
        Assert.Equal(message, Assert.Throws<SettingsException>(() => Read(variables)).Message);

    private static OtlpSettings Read(string variables) => OtlpSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]))
        .Build());
}
