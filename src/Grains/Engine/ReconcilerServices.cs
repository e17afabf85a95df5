using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Metrics;
using OrleansOperator.Grains.Engine.Placement;

namespace OrleansOperator.Grains.Engine;

/// <summary>What every reconciling grain needs of its silo.</summary>
/// <param name="Local">The grains that are active on this silo.</param>
/// <param name="Gate">Lets so many reconcile at once.</param>
/// <param name="Metrics">Counts them.</param>
/// <param name="Journal">Keeps what they did.</param>
/// <param name="Options">The settings.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Logger">The log.</param>
public sealed record ReconcilerServices(
    LocalReconcilers Local, ReconcileGate Gate, ReconcilerMetrics Metrics, ReconcileJournal Journal, IOptions<ReconcilerOptions> Options, TimeProvider Clock,
    ILogger<ReconcilerServices> Logger);
