using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Observability;

namespace OrleansOperator.WatchIngest.Dispatching;

/// <summary>
/// Brings observations to grains: of each object the newest only, one call under way per object and grain, a bounded number
/// of calls overall, and again until it is acknowledged. Changes go before lists, and owned objects before their owners.
/// </summary>
internal sealed partial class Dispatcher(
    IGrainFactory grains, IOptions<WatchIngestOptions> options, WatchIngestMetrics metrics, TimeProvider clock, ILogger<Dispatcher> logger) : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    /// <summary>A call to a silo that has died is given up long before Orleans' own 30 s, so that the next try finds the survivor.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How many failures of a delivery in a row are not worth a line: a silo that dies causes some for each of its grains.</summary>
    private const int EverydayFailures = 4;

    private readonly LogSummary _failures = new(logger, clock);
    private readonly Lock _lock = new();
    private readonly Dictionary<DeliveryKey, Delivery> _deliveries = [];
    private readonly Queue<Delivery>[] _queues = [new(), new(), new()];
    private readonly CancellationTokenSource _stop = new();
    private int _inFlight;
    private bool _stopped;
    private TaskCompletionSource? _drained;

    /// <summary>How many deliveries wait or are under way.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
                return _deliveries.Count;
        }
    }

    /// <summary>How many calls are under way.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
                return _inFlight;
        }
    }

    /// <summary>How long the oldest delivery of a feed has been waiting for its acknowledgement; zero when none is waiting.</summary>
    public TimeSpan Lag(Feed feed)
    {
        lock (_lock)
        {
            var oldest = long.MaxValue;
            foreach (var delivery in _deliveries.Values)
            {
                if (delivery.Feed.Id == feed.Id)
                    oldest = Math.Min(oldest, delivery.Since);
            }

            return oldest == long.MaxValue ? TimeSpan.Zero : clock.GetElapsedTime(oldest);
        }
    }

    /// <summary>Has an observation delivered; an older one that still waits is not needed any more.</summary>
    public void Enqueue(Feed feed, ObjectKey grain, Observation observation)
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            var key = new DeliveryKey(feed.Definition.Resource.Plural, observation.Key, observation.Uid, grain);
            if (!_deliveries.TryGetValue(key, out var delivery))
                _deliveries[key] = delivery = new Delivery(key, feed);

            if (delivery.Next is { } waiting && Supersedes(waiting, observation))
                return;
            if (delivery.Next is null)
                delivery.Since = clock.GetTimestamp();
            delivery.Next = observation;
            delivery.Trace = Activity.Current?.Context ?? default;
            if (!delivery.InFlight)
                Queue(delivery);
            Pump();
        }
    }

    /// <summary>Tries everything again at once that waits because its delivery has failed: the silo that failed is known to be gone.</summary>
    public void RetryNow()
    {
        lock (_lock)
        {
            foreach (var delivery in _deliveries.Values.Where(delivery => delivery is { Next: not null, InFlight: false }))
            {
                delivery.Failures = 0;
                Queue(delivery);
            }

            Pump();
        }
    }

    /// <summary>Takes nothing more and waits until what is under way is done.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task drained;
        lock (_lock)
        {
            _stopped = true;
            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inFlight == 0)
                _drained.SetResult();
            drained = _drained.Task;
        }

        await _stop.CancelAsync();
        await drained.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _failures.Dispose();
    }

    /// <summary>Whether what waits already says as much: it is as new, and not less urgent. A tombstone is the last word on its uid.</summary>
    private static bool Supersedes(Observation waiting, Observation offered) => (waiting.Snapshot, offered.Snapshot) switch
    {
        (null, null) => waiting.Cause <= offered.Cause,
        (null, _) => true,
        (_, null) => false,
        var (old, young) => old.ResourceVersion > young.ResourceVersion || (old.ResourceVersion == young.ResourceVersion && waiting.Cause <= offered.Cause),
    };

    /// <summary>Queues a delivery by its urgency; one that waits already moves up if it has become more urgent.</summary>
    private void Queue(Delivery delivery)
    {
        var queue = delivery.Next!.Cause switch
        {
            ObservationCause.Change => 0,
            _ => delivery.Feed.Definition.IsOwned ? 1 : 2,
        };
        if (delivery.Queue <= queue)
            return;
        delivery.Queue = queue;
        _queues[queue].Enqueue(delivery);
    }

    private void Pump()
    {
        while (!_stopped && _inFlight < options.Value.MaxCallsInFlight && Dequeue() is { } delivery)
        {
            var observation = delivery.Next!;
            delivery.Next = null;
            delivery.InFlight = true;
            _inFlight++;
            _ = CallAsync(delivery, observation, delivery.Trace);
        }
    }

    private Delivery? Dequeue()
    {
        for (var queue = 0; queue < _queues.Length; queue++)
        {
            while (_queues[queue].TryDequeue(out var delivery))
            {
                // One that has moved up has left its place behind.
                if (delivery.Queue != queue)
                    continue;
                delivery.Queue = null;
                return delivery;
            }
        }

        return null;
    }

    private async Task CallAsync(Delivery delivery, Observation observation, ActivityContext trace)
    {
        Exception? failure = null;
        try
        {
            // Leaves the lock before anything else runs.
            await Task.Yield();
            using var span = Tracing.IsOn ? Tracing.Start($"deliver {delivery.Key.Resource}", ActivityKind.Client, trace) : null;
            if (span is not null)
                TraceParent.Send(span);
            await delivery.Feed.Definition.Grain(grains, delivery.Key.Grain).Observe(observation).WaitAsync(CallTimeout, clock, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Whatever the grain, or the way to it, throws: it has not acknowledged.
            failure = e;
        }

        lock (_lock)
        {
            _inFlight--;
            delivery.InFlight = false;
            if (failure is not null)
                Retry(delivery, observation, failure);
            else
                Acknowledge(delivery);
            if (_stopped && _inFlight == 0)
                _drained?.TrySetResult();
            Pump();
        }
    }

    private void Acknowledge(Delivery delivery)
    {
        delivery.Failures = 0;
        metrics.Delivered(delivery.Key.Resource, clock.GetElapsedTime(delivery.Since));
        if (delivery.Next is not null)
        {
            Queue(delivery);
            return;
        }

        _deliveries.Remove(delivery.Key);
    }

    private void Retry(Delivery delivery, Observation observation, Exception failure)
    {
        delivery.Next ??= observation;
        var wait = FirstRetry * Math.Pow(2, Math.Min(delivery.Failures++, 10));
        if (wait > LongestRetry)
            wait = LongestRetry;
        metrics.Retried(delivery.Key.Resource);
        var problem = ProblemText.Of(failure);
        Log.Failed(logger, delivery.Key.Resource, delivery.Key.Object, delivery.Key.Grain, delivery.Failures, problem);
        if (delivery.Failures > EverydayFailures)
            _failures.Report(LogLevel.Warning, $"Delivering {delivery.Key.Resource} to their grains keeps failing and is retried", ProblemText.CauseOf(failure), problem, delivery.Key.Object.ToString());
        _ = RequeueAsync(delivery, wait);
    }

    private async Task RequeueAsync(Delivery delivery, TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, clock, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The silo stops: whoever takes over the feed finds what is missing.
            return;
        }

        lock (_lock)
        {
            // News may have come meanwhile, and be delivered already.
            if (delivery.Next is not null && !delivery.InFlight)
                Queue(delivery);
            Pump();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Delivering {Resource} {Object} to grain {Grain} failed for the {Times}. time in a row and is retried: {Problem}")]
        public static partial void Failed(ILogger logger, string resource, ObjectKey @object, ObjectKey grain, int times, string problem);
    }
}
