using System.Diagnostics.Tracing;
using OrleansOperator.Observability;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>Logs what the exporters cannot send; OpenTelemetry itself tells it to event sources only, where nobody looks.</summary>
internal sealed class OtlpFailures : EventListener, IHostedService
{
    private const string SourcePrefix = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private readonly LogSummary? _failures;

    public OtlpFailures(ILogger<OtlpFailures> logger, TimeProvider clock) => _failures = new LogSummary(logger, clock);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        base.Dispose();
        _failures?.Dispose();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == SourcePrefix)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base class's constructor may bring events before this one's has run.
        if (_failures is null)
            return;
        var detail = string.Format(System.Globalization.CultureInfo.InvariantCulture, eventData.Message ?? "{0}", [.. eventData.Payload ?? []]);
        var line = detail.Split('\n', 2)[0].Trim();
        _failures.Report(LogLevel.Warning, "Telemetry cannot be sent to the collector", eventData.EventName ?? "", line.Length > 500 ? line[..500] : line, eventData.EventName ?? "");
    }
}
