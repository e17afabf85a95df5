using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Metrics;

/// <summary>
/// Metrics of the reconciles on this silo, under the names, labels and buckets of controller-runtime and of client-go's work
/// queue, so that their dashboards and alerts work. The names carry <c>_total</c> and <c>_seconds</c> already and leave the
/// unit empty, where a Prometheus exporter would add to them. Series of registered controllers begin at zero.
/// </summary>
public sealed class ReconcilerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansOperator.Grains";

    private const string Error = "error";

    private static readonly string[] Results = ["success", "requeue_after", "stalled", Error];

    // controller-runtime's buckets.
    private static readonly InstrumentAdvice<double> ReconcileBuckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60],
    };

    // client-go's buckets of the work queue: powers of ten from 10 ns to 1000 s.
    private static readonly InstrumentAdvice<double> QueueBuckets = new()
    {
        HistogramBucketBoundaries = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000],
    };

    private readonly ConcurrentDictionary<string, ControllerLoad> _controllers = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _terminalErrors;
    private readonly Counter<long> _panics;
    private readonly Histogram<double> _time;
    private readonly Counter<long> _adds;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _queueTime;
    private readonly Histogram<double> _workTime;
    private readonly Counter<long> _unchanged;
    private readonly Counter<long> _moves;

    /// <summary>Creates the instruments.</summary>
    public ReconcilerMetrics(IMeterFactory meters, ReconcileGate gate, IEnumerable<RegisteredController> controllers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(controllers);
        _clock = clock;
        var meter = meters.Create(MeterName);
        _reconciles = meter.CreateCounter<long>("controller_runtime_reconcile_total", null, "Total number of reconciliations per controller and result (success, requeue_after, stalled, error).");
        _errors = meter.CreateCounter<long>("controller_runtime_reconcile_errors_total", null, "Total number of reconciliation errors per controller.");
        _terminalErrors = meter.CreateCounter<long>("controller_runtime_terminal_reconcile_errors_total", null, "Total number of reconciliations per controller that were given up until the object changes or a resync comes.");
        _panics = meter.CreateCounter<long>("controller_runtime_reconcile_panics_total", null, "Total number of reconciliations per controller that ended with an unexpected exception.");
        _time = meter.CreateHistogram("controller_runtime_reconcile_time_seconds", null, "Length of time per reconciliation per controller.", null, ReconcileBuckets);
        _adds = meter.CreateCounter<long>("workqueue_adds_total", null, "Total number of observations that were news to their object and asked for a reconciliation.");
        _retries = meter.CreateCounter<long>("workqueue_retries_total", null, "Total number of reconciliations that are retried with back-off.");
        _queueTime = meter.CreateHistogram("workqueue_queue_duration_seconds", null, "How long in seconds news of an object waits before its reconciliation starts.", null, QueueBuckets);
        _workTime = meter.CreateHistogram("workqueue_work_duration_seconds", null, "How long in seconds a reconciliation takes.", null, QueueBuckets);
        _unchanged = meter.CreateCounter<long>("reconciler_unchanged_total", null, "Total number of reconciliations per controller that found nothing to write: the cluster already was as the object wants it.");
        _moves = meter.CreateCounter<long>("reconciler_moves_total", null, "Total number of grains that left this silo for the silo that is their home.");
        meter.CreateObservableGauge("reconciler_grains", () => Each(static load => load.Grains), null, "Number of reconciling grains that are active on this silo, per controller.");
        meter.CreateObservableGauge("workqueue_depth", Depths, null, "Number of reconciliations that wait for their turn on this silo, by priority (0 for fresh changes, -100 for the backlog).");
        meter.CreateObservableGauge("workqueue_unfinished_work_seconds", () => Each(load => load.Unfinished(_clock), queue: true), null, "Total seconds that the reconciliations in progress have been running for.");
        meter.CreateObservableGauge("workqueue_longest_running_processor_seconds", () => Each(load => load.Longest(_clock), queue: true), null, "Seconds that the longest reconciliation in progress has been running for.");
        meter.CreateObservableGauge("controller_runtime_active_workers", () => Each(static load => load.Running), null, "Number of reconciliations in progress on this silo, per controller.");
        meter.CreateObservableGauge("controller_runtime_max_concurrent_reconciles", () => Each(_ => gate.Limit), null, "Maximum number of reconciliations in progress at once on this silo; shared by all controllers.");
        _moves.Add(0);
        foreach (var controller in controllers)
            Of(controller.Name);
    }

    /// <summary>How an outcome is called, in metrics and traces.</summary>
    internal static string Result(ReconcileOutcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Done => "success",
        OutcomeKind.Later => "requeue_after",
        OutcomeKind.Stalled => "stalled",
        _ => Error,
    };

    internal void Moved() => _moves.Add(1);

    internal void Activated(string controller) => Of(controller).AddGrain();

    internal void Deactivated(string controller) => Of(controller).RemoveGrain();

    internal void Added(string controller) => _adds.Add(1, Of(controller).QueueTags);

    /// <summary>A reconcile waits for its turn until the result is disposed.</summary>
    internal ControllerLoad.Waiting Waits(string controller, RequestPriority priority) => Of(controller).Wait(priority);

    /// <summary>A reconcile with something to do has its turn until the result is disposed.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="newsSince">The timestamp of the news that it is about; null when there is none.</param>
    internal ControllerLoad.Work Starts(string controller, long? newsSince)
    {
        var load = Of(controller);
        Queued(load, newsSince);
        return load.Begin(_clock.GetTimestamp());
    }

    /// <summary>A reconcile has looked, and found nothing to do now.</summary>
    internal void Looked(string controller, ReconcileOutcome outcome, long started, long? newsSince)
    {
        var load = Of(controller);
        Queued(load, newsSince);
        if (outcome.Kind == OutcomeKind.Done)
            _unchanged.Add(1, load.Tags);
        Count(load, outcome, _clock.GetElapsedTime(started));
    }

    internal void Ended(string controller, ReconcileOutcome outcome, TimeSpan took) => Count(Of(controller), outcome, took);

    /// <summary>A reconcile threw what it should not; its outcome is counted as well.</summary>
    internal void Panicked(string controller) => _panics.Add(1, Of(controller).Tags);

    private void Queued(ControllerLoad load, long? newsSince)
    {
        if (newsSince is { } since)
            _queueTime.Record(_clock.GetElapsedTime(since).TotalSeconds, load.QueueTags);
    }

    private void Count(ControllerLoad load, ReconcileOutcome outcome, TimeSpan took)
    {
        _reconciles.Add(1, new("controller", load.Name), new("result", Result(outcome)));
        _time.Record(took.TotalSeconds, load.Tags);
        _workTime.Record(took.TotalSeconds, load.QueueTags);
        if (outcome.Kind == OutcomeKind.Stalled)
            _terminalErrors.Add(1, load.Tags);
        if (outcome.Kind != OutcomeKind.Failed)
            return;
        _errors.Add(1, load.Tags);
        _retries.Add(1, load.QueueTags);
    }

    private ControllerLoad Of(string controller)
    {
        if (_controllers.TryGetValue(controller, out var load))
            return load;
        load = _controllers.GetOrAdd(controller, static name => new ControllerLoad(name));
        foreach (var result in Results)
            _reconciles.Add(0, new("controller", controller), new("result", result));
        foreach (var counter in new[] { _errors, _terminalErrors, _panics, _unchanged })
            counter.Add(0, load.Tags);
        _adds.Add(0, load.QueueTags);
        _retries.Add(0, load.QueueTags);
        return load;
    }

    private IEnumerable<Measurement<T>> Each<T>(Func<ControllerLoad, T> measure, bool queue = false)
        where T : struct =>
        _controllers.Values.Select(load => new Measurement<T>(measure(load), queue ? load.QueueTags : load.Tags));

    private IEnumerable<Measurement<int>> Depths() =>
        from load in _controllers.Values
        from priority in Enum.GetValues<RequestPriority>()
        where priority != RequestPriority.Vital
        select new Measurement<int>(load.Depth(priority), [.. load.QueueTags, new("priority", ControllerLoad.PriorityLabel(priority))]);
}
