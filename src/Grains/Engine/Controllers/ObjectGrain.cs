using Orleans.GrainDirectory;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Controllers;

/// <summary>
/// One object of any kind. Placed at its home, so that objects spread over the silos whichever of them runs the feed; kept active
/// while its object exists, because a collected grain would lose its back-off and what it was told.
/// </summary>
/// <typeparam name="TObject">The kind's snapshots: each controller has grains of a class, and of an Orleans type, of its own.</typeparam>
[KeepAlive]
[HomePlacement]
[GrainDirectory(HomeDirectory.Name)]
internal sealed class ObjectGrain<TObject>(ReconcilerServices services, ControllerRuntime<TObject> runtime)
    : ReconcilerGrain<ObjectKnowledge>(services, new ObjectKnowledge(runtime.Controller))
    where TObject : ReconciledSnapshot
{
    private readonly ObjectReconciler _reconciler = runtime.CreateReconciler(services);

    /// <inheritdoc/>
    protected override string Controller => runtime.Controller.Name;

    /// <inheritdoc/>
    protected override ReconcileOutcome? Look() => _reconciler.Look(Knowledge);

    /// <inheritdoc/>
    protected override Task<ReconcileOutcome> ReconcileAsync(RequestPriority priority, CancellationToken cancellationToken) =>
        _reconciler.ReconcileAsync(Knowledge, priority, cancellationToken);
}
