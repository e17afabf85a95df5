using Orleans.GrainDirectory;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// One Foo. Placed at its home, so that Foos spread over the silos whichever of them runs the feed; kept active while its Foo
/// exists, because a collected grain would lose its back-off and what it was told.
/// </summary>
[KeepAlive]
[HomePlacement]
[GrainDirectory(HomeDirectory.Name)]
[GrainType(FooResources.GrainType)]
internal sealed class FooGrain(ReconcilerServices services, FooWriter writer, FooStatusSchema schema, IEventRecorder events)
    : ReconcilerGrain<FooKnowledge>(services), IFooGrain
{
    private readonly FooReconciler _reconciler = new(writer, schema, events, services.Clock, services.Options.Value, services.Logger);

    /// <inheritdoc/>
    protected override string Controller => FooResources.Controller;

    /// <inheritdoc/>
    protected override ReconcileOutcome? Look() => _reconciler.Look(Knowledge);

    /// <inheritdoc/>
    protected override Task<ReconcileOutcome> ReconcileAsync(RequestPriority priority, CancellationToken cancellationToken) =>
        _reconciler.ReconcileAsync(Knowledge, priority, cancellationToken);
}
