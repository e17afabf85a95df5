using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Metrics;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Observability;

namespace OrleansOperator.Grains.Engine;

/// <summary>What every reconciling grain needs of its silo.</summary>
/// <param name="Local">The grains that are active on this silo.</param>
/// <param name="Gate">Lets so many reconcile at once.</param>
/// <param name="Metrics">Counts them.</param>
/// <param name="Journal">Keeps what they did.</param>
/// <param name="Options">The settings.</param>
/// <param name="Clock">The clock of the grains' timers, so that what was waited for has passed.</param>
/// <param name="Logger">The log.</param>
public sealed record ReconcilerServices(
    LocalReconcilers Local, ReconcileGate Gate, ReconcilerMetrics Metrics, ReconcileJournal Journal, IOptions<ReconcilerOptions> Options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider Clock, ILogger<ReconcilerServices> Logger) : IDisposable
{
    /// <summary>The log of what fails for many objects at once.</summary>
    public LogSummary Failures { get; } = new(Logger, Clock);

    /// <summary>Writes what has been counted and not yet been logged.</summary>
    public void Dispose() => Failures.Dispose();
}
