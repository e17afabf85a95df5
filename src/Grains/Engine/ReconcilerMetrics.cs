using System.Diagnostics.Metrics;
using OrleansOperator.Grains.Engine.Placement;

namespace OrleansOperator.Grains.Engine;

/// <summary>
/// Metrics of the reconciles on this silo, under controller-runtime's names, so that its dashboards work. The names carry
/// <c>_total</c> and <c>_seconds</c> already and leave the unit empty, where a Prometheus exporter would add to them.
/// </summary>
public sealed class ReconcilerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansOperator.Grains";

    // controller-runtime's buckets.
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60],
    };

    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _time;
    private readonly Counter<long> _adds;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _queueTime;
    private readonly Counter<long> _moves;

    /// <summary>Makes the instruments.</summary>
    public ReconcilerMetrics(IMeterFactory meters, ReconcileGate gate, LocalReconcilers local)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(local);
        var meter = meters.Create(MeterName);
        _reconciles = meter.CreateCounter<long>("controller_runtime_reconcile_total", null, "Reconciles by controller and result (success, error, requeue_after, stalled).");
        _errors = meter.CreateCounter<long>("controller_runtime_reconcile_errors_total", null, "Reconciles that failed, by controller.");
        _time = meter.CreateHistogram("controller_runtime_reconcile_time_seconds", null, "Time of a reconcile with something to do, waiting not counted.", null, Buckets);
        _adds = meter.CreateCounter<long>("workqueue_adds_total", null, "Observations that were news and asked for a reconcile.");
        _retries = meter.CreateCounter<long>("workqueue_retries_total", null, "Reconciles that are tried again with back-off.");
        _queueTime = meter.CreateHistogram("workqueue_queue_duration_seconds", null, "Time from the first news to the reconcile.", null, Buckets);
        _moves = meter.CreateCounter<long>("reconciler_moves_total", null, "Grains that left this silo for their home.");
        meter.CreateObservableGauge("reconciler_grains", () => local.Count, null, "Reconciling grains that are active on this silo.");
        meter.CreateObservableGauge("workqueue_depth", () => gate.Waiting, null, "Reconciles that wait for their turn on this silo.");
        meter.CreateObservableGauge("controller_runtime_active_workers", () => gate.Active, null, "Reconciles that run on this silo.");
        meter.CreateObservableGauge("controller_runtime_max_concurrent_reconciles", () => gate.Limit, null, "How many reconciles may run at once on this silo.");
    }

    internal void Moved() => _moves.Add(1);

    internal void Added(string controller) => _adds.Add(1, new KeyValuePair<string, object?>("name", controller));

    internal void Started(string controller, TimeSpan waited) => _queueTime.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("name", controller));

    internal void Ended(string controller, ReconcileOutcome outcome, TimeSpan took)
    {
        var result = outcome.Kind switch
        {
            OutcomeKind.Done => "success",
            OutcomeKind.Later => "requeue_after",
            OutcomeKind.Stalled => "stalled",
            _ => "error",
        };
        _reconciles.Add(1, new("controller", controller), new("result", result));
        _time.Record(took.TotalSeconds, new KeyValuePair<string, object?>("controller", controller));
        if (outcome.Kind != OutcomeKind.Failed)
            return;
        _errors.Add(1, new KeyValuePair<string, object?>("controller", controller));
        _retries.Add(1, new KeyValuePair<string, object?>("name", controller));
    }
}
