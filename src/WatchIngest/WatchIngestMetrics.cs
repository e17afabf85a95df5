using System.Diagnostics.Metrics;

namespace OrleansOperator.WatchIngest;

/// <summary>Metrics of the feeds on this silo, under client-go's names where there are some.</summary>
public sealed class WatchIngestMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansOperator.WatchIngest";

    private readonly Counter<long> _lists;
    private readonly Counter<long> _watches;
    private readonly Counter<long> _watchEnds;
    private readonly Counter<long> _events;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _lag;
    private readonly Meter _meter;

    /// <summary>Makes the instruments.</summary>
    public WatchIngestMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _meter = meters.Create(MeterName);
        _lists = _meter.CreateCounter<long>("reflector_lists_total", null, "Lists done by the feeds.");
        _watches = _meter.CreateCounter<long>("reflector_watches_total", null, "Watches opened by the feeds.");
        _watchEnds = _meter.CreateCounter<long>("reflector_watch_ends_total", null, "Watches that ended, by cause.");
        _events = _meter.CreateCounter<long>("reflector_events_total", null, "Changes that came by watch.");
        _retries = _meter.CreateCounter<long>("dispatcher_retries_total", null, "Grain calls that failed and are tried again.");
        _lag = _meter.CreateHistogram<double>("dispatcher_delivery_seconds", null, "Time from receipt of a change to its acknowledgement by the grain.", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
    }

    internal void Gauges(Func<IEnumerable<Measurement<int>>> cached, Func<int> pending, Func<int> inFlight)
    {
        _meter.CreateObservableGauge("reflector_objects", cached, null, "Objects held by the feeds on this silo.");
        _meter.CreateObservableGauge("dispatcher_pending", pending, null, "Deliveries that wait or are under way.");
        _meter.CreateObservableGauge("dispatcher_in_flight", inFlight, null, "Grain calls under way.");
    }

    internal void Listed(Feed feed) => _lists.Add(1, Tag(feed));

    internal void WatchStarted(Feed feed) => _watches.Add(1, Tag(feed));

    internal void WatchEnded(Feed feed, string cause) => _watchEnds.Add(1, Tag(feed), new("cause", cause));

    internal void Event(Feed feed) => _events.Add(1, Tag(feed));

    internal void Retried(string resource) => _retries.Add(1, new KeyValuePair<string, object?>("resource", resource));

    internal void Delivered(string resource, TimeSpan lag) => _lag.Record(lag.TotalSeconds, new KeyValuePair<string, object?>("resource", resource));

    private static KeyValuePair<string, object?> Tag(Feed feed) => new("feed", feed.Id);
}
