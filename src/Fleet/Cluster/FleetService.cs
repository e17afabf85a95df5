using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Fleet.Silos;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Fleet.Cluster;

/// <summary>Answers for this silo.</summary>
[Reentrant]
internal sealed class FleetService(
    GrainId id, Silo silo, ILoggerFactory loggers, LocalReconcilers local, ReconcileJournal journal, FleetKinds kinds, IngestReadiness ingest, SiloReporter reporter,
    ILocalSiloDetails details)
    : GrainService(id, silo, loggers), IFleetService
{
    /// <summary>How many of an object's reconciles are sent.</summary>
    private const int MostRuns = 50;

    /// <inheritdoc/>
    public Task<ObjectPart> List(ObjectQuery query) =>
        Task.FromResult(ObjectTable.Select(local.Views, kinds, query, details.Name) with { NotReady = ingest.Problems() });

    /// <inheritdoc/>
    public Task<ObjectFinding> Find(string controller, ObjectKey key)
    {
        var view = local.Views.FirstOrDefault(view => view.Controller == controller && view.Snapshot?.Key == key);
        var detail = view is null || kinds.Find(controller) is not { } kind ? null : ObjectTable.Find(view, kind, details.Name);
        return Task.FromResult(new ObjectFinding(detail, [.. journal.Of(controller, key).Take(MostRuns)]));
    }

    /// <inheritdoc/>
    public Task<SiloReport> Report() => Task.FromResult(reporter.Report());
}
