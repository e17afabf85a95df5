using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansOperator.Observability;

namespace OrleansOperator.KubeApi.Events;

/// <summary>
/// Writes one Event: creates it, or patches the one that is there. While the API server cannot be reached or is out of
/// order everything waits, 12 tries 10 s apart; what it refuses is dropped. So does client-go's recorder.
/// </summary>
internal sealed partial class EventWriter(
    IKubeApi api, EventRecorderOptions options, KubeApiMetrics metrics, TimeProvider time, ILogger logger, LogSummary failures)
{
    private const int MaxTries = 12;

    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(10);

    public static ResourceType Events { get; } = new("", "v1", "events", "Event");

    /// <param name="happened">What to write.</param>
    /// <param name="noRetries">Cancelled when there is no time left to wait for a better moment.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    public async Task WriteAsync(CorrelatedEvent happened, CancellationToken noRetries, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await WriteOnceAsync(happened, cancellationToken);
                return;
            }
            catch (KubeApiException e) when (!IsTransient(e))
            {
                Refused(e, happened);
                return;
            }
            catch (KubeApiException e) when (tries == MaxTries || noRetries.IsCancellationRequested)
            {
                metrics.EventDropped("unreachable");
                LogGivenUp(logger, happened.Name, tries, e.Message);
                failures.Report(LogLevel.Warning, "Events are dropped after too many tries", e.Cause, e.Message, Example(happened));
                return;
            }
            catch (KubeApiException e)
            {
                LogRetry(logger, happened.Name, e.Message);
                failures.Report(LogLevel.Information, "Events cannot be written now and are retried", e.Cause, e.Message, Example(happened));
                await DelayAsync(tries, e.RetryAfter, noRetries, cancellationToken);
            }
        }
    }

    private static bool IsTransient(KubeApiException e) =>
        e.Code is null or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private async Task WriteOnceAsync(CorrelatedEvent happened, CancellationToken cancellationToken)
    {
        if (happened.IsRepeat)
        {
            try
            {
                await api.SendAsync(Patch(happened), EventJson.Default.EventAnswer, cancellationToken);
                metrics.EventWritten("patch");
                return;
            }
            catch (KubeApiException e) when (e.IsNotFound)
            {
                // Events are kept for an hour only: it is recreated, with its count.
            }
        }

        try
        {
            await api.SendAsync(Create(happened), EventJson.Default.EventAnswer, cancellationToken);
            metrics.EventWritten("create");
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            // An earlier try landed and its answer was lost.
        }
    }

    private KubeRequest Create(CorrelatedEvent happened)
    {
        var (about, type, reason, message, at) = happened.Occurrence;
        var ns = Namespace(about);
        var body = new EventBody(
            Events.ApiVersion,
            Events.Kind,
            new EventMetadata(happened.Name, ns),
            about,
            type.ToString(),
            reason,
            message,
            happened.Count,
            Timestamp(happened.FirstAt),
            Timestamp(at),
            new EventSource(options.Component),
            options.Component,
            options.Instance);
        return new KubeRequest(HttpMethod.Post, Events.CollectionPath(ns))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(body, EventJson.Default.EventBody),
            Priority = RequestPriority.Backlog,
            Target = new RequestTarget("create", Events.QualifiedName, ns),
        };
    }

    private static KubeRequest Patch(CorrelatedEvent happened)
    {
        var ns = Namespace(happened.Occurrence.About);
        var patch = new EventPatch(happened.Count, Timestamp(happened.Occurrence.At), happened.Occurrence.Message);
        return new KubeRequest(HttpMethod.Patch, Events.ObjectPath(ns, happened.Name))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(patch, EventJson.Default.EventPatch),
            ContentType = KubeMediaTypes.MergePatch,
            Priority = RequestPriority.Backlog,
            Target = new RequestTarget("patch", Events.QualifiedName, ns),
        };
    }

    // Events about objects without a namespace are kept in "default".
    private static string Namespace(ObjectReference about) => about.Namespace.Length > 0 ? about.Namespace : "default";

    private static string Timestamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private async Task DelayAsync(int tries, TimeSpan? retryAfter, CancellationToken noRetries, CancellationToken cancellationToken)
    {
        // Random at first, so that the silos do not all come back at the same instant.
        var delay = tries == 1 ? s_retryDelay * Random.Shared.NextDouble() : s_retryDelay;
        if (retryAfter > delay)
            delay = retryAfter.Value;

        using var either = CancellationTokenSource.CreateLinkedTokenSource(noRetries, cancellationToken);
        try
        {
            await Task.Delay(delay, time, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Stopping: one last try now.
        }
    }

    private void Refused(KubeApiException e, CorrelatedEvent happened)
    {
        metrics.EventDropped("refused");
        if (e.IsNamespaceTerminating)
            return;

        var problem = AccessDiagnosis.Describe(e) ?? e.Message;
        LogRefused(logger, happened.Name, problem);
        failures.Report(LogLevel.Warning, "Events are refused by the API server and dropped", e.Cause, problem, Example(happened));
    }

    private static string Example(CorrelatedEvent happened) =>
        $"{happened.Occurrence.Reason} about {happened.Occurrence.About.Namespace}/{happened.Occurrence.About.Name}";

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Name} was refused and is dropped: {Problem}")]
    private static partial void LogRefused(ILogger logger, string name, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Name} cannot be written now and is retried: {Problem}")]
    private static partial void LogRetry(ILogger logger, string name, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Name} is dropped after {Tries} tries: {Problem}")]
    private static partial void LogGivenUp(ILogger logger, string name, int tries, string problem);
}
