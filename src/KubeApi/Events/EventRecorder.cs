using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi.Text;
using OrleansOperator.Observability;

namespace OrleansOperator.KubeApi.Events;

/// <summary>
/// The recorder: a bounded queue, and one task that correlates and writes. It writes from <see cref="StartAsync"/> on; what
/// still waits at <see cref="StopAsync"/> is written within <see cref="EventRecorderOptions.FlushTimeout"/>.
/// </summary>
internal sealed partial class EventRecorder : IEventRecorder, IHostedService, IDisposable
{
    // What the newer events API takes, in bytes.
    private const int MaxMessage = 1024;

    private readonly Channel<EventOccurrence> _queue;
    private readonly EventCorrelator _correlator = new();
    private readonly EventWriter _writer;
    private readonly LogSummary _failures;
    private readonly EventRecorderOptions _options;
    private readonly KubeApiMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();
    private Task _running = Task.CompletedTask;

    public EventRecorder(
        IKubeApi api, EventRecorderOptions options, KubeApiMetrics metrics, TimeProvider time, ILogger<EventRecorder> logger)
    {
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _failures = new LogSummary(logger, time);
        _writer = new EventWriter(api, options, metrics, time, logger, _failures);
        _queue = Channel.CreateBounded<EventOccurrence>(
            // Writers never wait: TryWrite answers false when the queue is full.
            new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    }

    public void Record(ObjectReference about, EventType type, string reason, string message)
    {
        if (!_queue.Writer.TryWrite(new EventOccurrence(about, type, reason, Utf8Text.Fit(message, MaxMessage), _time.GetUtcNow())))
            _metrics.EventDropped(_stopping.IsCancellationRequested ? "shutdown" : "queue_full");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _queue.Writer.TryComplete();
        using var limit = new CancellationTokenSource(_options.FlushTimeout, _time);
        await using var timeUp = limit.Token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _stopped);
        await using var hurry = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _stopped);
        await _running;

        var left = 0;
        while (_queue.Reader.TryRead(out _))
        {
            left++;
            _metrics.EventDropped("shutdown");
        }

        if (left > 0)
            LogLeft(_logger, left);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _stopped.Dispose();
        _failures.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var occurrence in _queue.Reader.ReadAllAsync(_stopped.Token))
                await WriteAsync(occurrence);
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The time for the flush is over: StopAsync counts what is left.
        }
    }

    private async Task WriteAsync(EventOccurrence occurrence)
    {
        try
        {
            if (_correlator.Correlate(occurrence) is { } happened)
                await _writer.WriteAsync(happened, _stopping.Token, _stopped.Token);
            else
                _metrics.EventDropped("spam");
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            _metrics.EventDropped("shutdown");
            throw;
        }
        catch (Exception e)
        {
            // One event must not end the recording of all others.
            _metrics.EventDropped("error");
            _failures.Report(LogLevel.Error, "Events met an unexpected error and are dropped", ProblemText.CauseOf(e), ProblemText.Of(e),
                $"{occurrence.Reason} about {occurrence.About.Namespace}/{occurrence.About.Name}", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} events were not written before the process stopped")]
    private static partial void LogLeft(ILogger logger, int count);
}
