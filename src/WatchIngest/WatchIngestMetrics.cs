using System.Diagnostics.Metrics;
using OrleansOperator.WatchIngest.Dispatching;

namespace OrleansOperator.WatchIngest;

/// <summary>Metrics of the feeds on this silo, under client-go's names where there are some. Series of a feed begin at zero.</summary>
public sealed class WatchIngestMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansOperator.WatchIngest";

    private static readonly InstrumentAdvice<double> DeliveryBuckets = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private static readonly InstrumentAdvice<double> RoundBuckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    };

    private readonly Counter<long> _lists;
    private readonly Counter<long> _watches;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _events;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _loopFailures;
    private readonly Counter<long> _roundFailures;
    private readonly Counter<long> _told;
    private readonly Histogram<double> _rounds;
    private readonly Histogram<double> _delivery;
    private readonly Meter _meter;

    /// <summary>Creates the instruments.</summary>
    public WatchIngestMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _meter = meters.Create(MeterName);
        _lists = _meter.CreateCounter<long>("reflector_lists_total", null, "Total number of lists done by the feeds.");
        _watches = _meter.CreateCounter<long>("reflector_watches_total", null, "Total number of watches opened by the feeds.");
        _restarts = _meter.CreateCounter<long>("reflector_watch_restarts_total", null, "Total number of watches that ended and are opened again, by cause: closed by the server, silent for too long, expired (410), error.");
        _events = _meter.CreateCounter<long>("reflector_events_total", null, "Total number of changes received by watch.");
        _unreadable = _meter.CreateCounter<long>("reflector_unreadable_objects_total", null, "Total number of objects received that could not be read.");
        _loopFailures = _meter.CreateCounter<long>("ingest_loop_failures_total", null, "Total number of times that a loop of the ingest failed unexpectedly and was restarted.");
        _rounds = _meter.CreateHistogram("anti_entropy_round_seconds", null, "Time in seconds of a round of anti-entropy: a feed is compared with what the grains of one silo know, and they are told what they lack.", null, RoundBuckets);
        _roundFailures = _meter.CreateCounter<long>("anti_entropy_round_failures_total", null, "Total number of rounds of anti-entropy that failed and are retried.");
        _told = _meter.CreateCounter<long>("anti_entropy_told_total", null, "Total number of objects that grains lacked and were told in rounds of anti-entropy.");
        _retries = _meter.CreateCounter<long>("dispatcher_retries_total", null, "Total number of deliveries to grains that failed and are retried.");
        _delivery = _meter.CreateHistogram("dispatcher_delivery_seconds", null, "Time in seconds from the receipt of a change to its acknowledgement by the grain.", null, DeliveryBuckets);
    }

    internal void Gauges(Func<IReadOnlyCollection<FeedRunner>> feeds, Dispatcher dispatcher)
    {
        _meter.CreateObservableGauge("reflector_objects", () => Each(feeds, static feed => feed.Cache.Count), null, "Number of objects cached by a feed on this silo.");
        _meter.CreateObservableGauge("reflector_delivers", () => Each(feeds, static feed => feed.Delivers ? 1 : 0), null, "Whether this silo delivers a feed to the grains (1) or keeps it warm (0).");
        _meter.CreateObservableGauge("reflector_age_seconds", () => Each(feeds, static feed => feed.Age.TotalSeconds), null, "Seconds since a feed last heard from the API server: a list, a change or a bookmark. Bookmarks come about once a minute.");
        _meter.CreateObservableGauge("reflector_lag_seconds", () => Each(feeds, static feed => feed.Lag.TotalSeconds), null, "Seconds that the oldest change of a feed has been waiting for its grain to acknowledge it; 0 when none is waiting.");
        _meter.CreateObservableGauge("dispatcher_pending", () => dispatcher.Pending, null, "Number of deliveries to grains that wait or are in progress.");
        _meter.CreateObservableGauge("dispatcher_in_flight", () => dispatcher.InFlight, null, "Number of deliveries to grains in progress.");
    }

    /// <summary>This silo runs a feed.</summary>
    internal void Started(Feed feed)
    {
        foreach (var counter in new[] { _lists, _watches, _events, _unreadable, _roundFailures, _told })
            counter.Add(0, Tag(feed));
        foreach (var cause in Enum.GetValues<WatchEnd>())
            _restarts.Add(0, Tag(feed), Cause(cause));
        _loopFailures.Add(0);
        _retries.Add(0, Resource(feed.Definition.Resource.Plural));
    }

    internal void Listed(Feed feed) => _lists.Add(1, Tag(feed));

    internal void WatchStarted(Feed feed) => _watches.Add(1, Tag(feed));

    internal void WatchEnded(Feed feed, WatchEnd cause) => _restarts.Add(1, Tag(feed), Cause(cause));

    internal void Event(Feed feed) => _events.Add(1, Tag(feed));

    internal void Unreadable(Feed feed) => _unreadable.Add(1, Tag(feed));

    internal void LoopFailed() => _loopFailures.Add(1);

    internal void RoundDone(Feed feed, TimeSpan took) => _rounds.Record(took.TotalSeconds, Tag(feed));

    internal void RoundFailed(Feed feed) => _roundFailures.Add(1, Tag(feed));

    internal void Told(Feed feed, int count) => _told.Add(count, Tag(feed));

    internal void Retried(string resource) => _retries.Add(1, Resource(resource));

    internal void Delivered(string resource, TimeSpan lag) => _delivery.Record(lag.TotalSeconds, Resource(resource));

    private static IEnumerable<Measurement<T>> Each<T>(Func<IReadOnlyCollection<FeedRunner>> feeds, Func<FeedRunner, T> measure)
        where T : struct =>
        feeds().Select(feed => new Measurement<T>(measure(feed), Tag(feed.Feed), Resource(feed.Feed.Definition.Resource.Plural)));

    private static KeyValuePair<string, object?> Tag(Feed feed) => new("feed", feed.Id);

    private static KeyValuePair<string, object?> Resource(string resource) => new("resource", resource);

    private static KeyValuePair<string, object?> Cause(WatchEnd cause) => new("cause", cause switch
    {
        WatchEnd.Closed => "closed",
        WatchEnd.Silent => "silent",
        WatchEnd.Expired => "expired",
        _ => "error",
    });
}
