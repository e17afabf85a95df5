using System.Diagnostics.Metrics;

namespace OrleansOperator.KubeApi;

/// <summary>
/// Metrics of the requests to the API server, under client-go's names and labels where there are some. The names carry their
/// unit and <c>_total</c> already and leave the instrument's unit empty, where a Prometheus exporter would add to them.
/// </summary>
public sealed class KubeApiMetrics
{
    /// <summary>Name of the meter, to be added to the metrics that are exported.</summary>
    public const string MeterName = "OrleansOperator.KubeApi";

    // client-go's buckets.
    private static readonly InstrumentAdvice<double> s_requestBuckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
    };

    private static readonly string[] s_operations = ["create", "patch"];
    private static readonly string[] s_dropCauses = ["queue_full", "spam", "refused", "unreachable", "error", "shutdown"];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _resourceRequests;
    private readonly Histogram<double> _durations;
    private readonly Histogram<double> _waits;
    private readonly Counter<long> _events;
    private readonly Counter<long> _eventsDropped;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Creates the meter.</param>
    public KubeApiMetrics(IMeterFactory meters)
        : this((meters ?? throw new ArgumentNullException(nameof(meters))).Create(MeterName))
    {
    }

    internal KubeApiMetrics(Meter meter)
    {
        _requests = meter.CreateCounter<long>(
            "rest_client_requests_total", null, "Number of HTTP requests, partitioned by status code, method, and host.");
        _resourceRequests = meter.CreateCounter<long>(
            "kube_api_requests_total", null, "Number of requests to the API server, partitioned by verb, resource, and status code.");
        _durations = meter.CreateHistogram(
            "rest_client_request_duration_seconds", null, "Request latency in seconds. Broken down by verb, and host.", null, s_requestBuckets);
        _waits = meter.CreateHistogram(
            "rest_client_rate_limiter_duration_seconds", null,
            "Client side rate limiter latency in seconds. Broken down by verb, and host.", null, s_requestBuckets);
        _events = meter.CreateCounter<long>(
            "event_recorder_events_total", null, "Number of Events written to the API server, by operation (create, patch).");
        _eventsDropped = meter.CreateCounter<long>(
            "event_recorder_dropped_total", null, "Number of Events not written, by cause (queue_full, spam, refused, unreachable, error, shutdown).");
        foreach (var operation in s_operations)
            _events.Add(0, new KeyValuePair<string, object?>("operation", operation));
        foreach (var cause in s_dropCauses)
            _eventsDropped.Add(0, new KeyValuePair<string, object?>("cause", cause));
    }

    internal void Request(string code, string method, string host, RequestTarget target)
    {
        _requests.Add(1, new("code", code), new("method", method), new("host", host));
        _resourceRequests.Add(1, new("verb", target.Verb), new("resource", target.Resource), new("code", code));
    }

    internal void Duration(TimeSpan duration, string verb, string host) =>
        _durations.Record(duration.TotalSeconds, new("verb", verb), new("host", host));

    internal void LimiterWait(TimeSpan wait, string verb, string host) =>
        _waits.Record(wait.TotalSeconds, new("verb", verb), new("host", host));

    internal void EventWritten(string operation) => _events.Add(1, new KeyValuePair<string, object?>("operation", operation));

    internal void EventDropped(string cause) => _eventsDropped.Add(1, new KeyValuePair<string, object?>("cause", cause));
}
