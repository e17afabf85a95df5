using System.Globalization;
using OrleansOperator.KubeApi.Limits;

namespace OrleansOperator.KubeApi.Events;

/// <summary>
/// Decides what becomes of each event, with the rules and figures of client-go's EventCorrelator
/// (k8s.io/client-go/tools/record/events_cache.go):
/// <list type="number">
/// <item>events that differ only in their message are combined from the tenth within ten minutes on;</item>
/// <item>an event that happened before is counted, not created again;</item>
/// <item>an object gets 25 events at once, then one in five minutes: the rest is dropped.</item>
/// </list>
/// No I/O and no clock: the occurrence brings its time. Not safe for concurrent use.
/// </summary>
internal sealed class EventCorrelator
{
    internal const string CombinedPrefix = "(combined from similar events): ";

    private const int MaxRemembered = 4096;
    private const int CombineFrom = 10;
    private const int Burst = 25;
    private const double PerSecond = 1.0 / 300;
    private const int MaxName = 253;

    private static readonly TimeSpan s_combineWithin = TimeSpan.FromMinutes(10);

    private readonly LruCache<SimilarKey, Similar> _similar = new(MaxRemembered);
    private readonly LruCache<EventKey, Seen> _seen = new(MaxRemembered);
    private readonly LruCache<ObjectKey, Allowance> _allowances = new(MaxRemembered);
    private long _lastNanoseconds;

    /// <summary>What to write; null when the event is dropped, because its object has had too many.</summary>
    public CorrelatedEvent? Correlate(EventOccurrence occurrence)
    {
        var about = occurrence.About;
        var subject = new ObjectKey(about.ApiVersion, about.Kind, about.Namespace, about.Name, about.Uid);
        var similar = new SimilarKey(subject, occurrence.Type, occurrence.Reason);

        var combined = IsCombined(similar, occurrence);
        var happened = combined ? occurrence with { Message = CombinedPrefix + occurrence.Message } : occurrence;
        var key = new EventKey(similar, combined ? null : occurrence.Message);

        // Counted even when dropped below, as client-go does: the next one written tells the true count.
        var counted = Count(key, happened);
        return Allowed(subject, occurrence.At) ? counted : null;
    }

    private bool IsCombined(SimilarKey key, EventOccurrence occurrence)
    {
        if (!_similar.TryGet(key, out var similar) || occurrence.At - similar.LastAt > s_combineWithin)
            _similar.Set(key, similar = new Similar());

        similar.LastAt = occurrence.At;
        if (similar.Messages.Contains(occurrence.Message))
            return false;

        // Nine messages keep an event each; whatever else comes is combined.
        if (similar.Messages.Count == CombineFrom - 1)
            return true;

        similar.Messages.Add(occurrence.Message);
        return false;
    }

    private CorrelatedEvent Count(EventKey key, EventOccurrence occurrence)
    {
        var seen = _seen.TryGet(key, out var before)
            ? before with { Count = before.Count + 1 }
            : new Seen(NewName(occurrence), 1, occurrence.At);
        _seen.Set(key, seen);
        return new CorrelatedEvent(seen.Name, occurrence, seen.Count, seen.FirstAt);
    }

    private bool Allowed(ObjectKey subject, DateTimeOffset at)
    {
        if (!_allowances.TryGet(subject, out var allowance))
            _allowances.Set(subject, allowance = new Allowance(at));

        return allowance.Bucket.TryTake(at);
    }

    // As client-go: the object's name and the time in nanoseconds; kept apart where the clock stood still.
    private string NewName(EventOccurrence occurrence)
    {
        _lastNanoseconds = Math.Max(_lastNanoseconds + 1, (occurrence.At - DateTimeOffset.UnixEpoch).Ticks * 100);
        var suffix = "." + _lastNanoseconds.ToString("x", CultureInfo.InvariantCulture);
        var name = occurrence.About.Name;
        return (name.Length + suffix.Length <= MaxName ? name : name[..(MaxName - suffix.Length)].TrimEnd('.', '-')) + suffix;
    }

    private readonly record struct ObjectKey(string ApiVersion, string Kind, string Namespace, string Name, string Uid);

    private readonly record struct SimilarKey(ObjectKey About, EventType Type, string Reason);

    /// <param name="Similar">All but the message.</param>
    /// <param name="Message">The message; null for the event that combines similar ones.</param>
    private readonly record struct EventKey(SimilarKey Similar, string? Message);

    private readonly record struct Seen(string Name, int Count, DateTimeOffset FirstAt);

    private sealed class Similar
    {
        public HashSet<string> Messages { get; } = new(1);

        public DateTimeOffset LastAt { get; set; }
    }

    private sealed class Allowance(DateTimeOffset now)
    {
        // A field, not a property: the bucket changes in place.
        public TokenBucket Bucket = new(PerSecond, Burst, now);
    }
}
