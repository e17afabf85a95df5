using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Foos;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos.Model;

/// <summary>An activation of the Foo's grain as the engine runs it, but when the test says so.</summary>
internal sealed class ModelActivation(ModelCluster cluster, TimeProvider clock) : IEventRecorder
{
    private readonly FooKnowledge _known = new();
    private readonly FooStatusSchema _schema = new(clock, NullLogger<FooStatusSchema>.Instance);
    private FooReconciler? _reconciler;
    private bool _runs;
    private bool _stalled;
    private bool _due;

    private FooReconciler Reconciler => _reconciler ??= new FooReconciler(new FooWriter(cluster), _schema, this, clock, new ReconcilerOptions(), NullLogger.Instance);

    /// <summary>The objects that it believes to exist.</summary>
    public IReadOnlyList<KnownObject> Objects => _known.Objects;

    /// <summary>Whether there is nothing to take care of.</summary>
    public bool IsEmpty => _known.IsEmpty;

    public void Observe(Observation observation) => _due |= _known.Observe(observation);

    /// <summary>The time after which what had been given up is tried again has passed.</summary>
    public void Resync()
    {
        if (!_stalled)
            return;
        _known.Resync();
        _due = true;
    }

    /// <summary>Reconciles if the engine would, now or after a wait.</summary>
    public async Task RunAsync()
    {
        if (_runs || !_due)
            return;
        (_runs, _due) = (true, false);
        var outcome = Reconciler.Look(_known) ?? await ReconcileAsync();
        _stalled = outcome.Kind == OutcomeKind.Stalled;
        _due |= outcome.Kind is OutcomeKind.Failed or OutcomeKind.Later;
        _runs = false;
    }

    /// <summary>Events are no writes of the reconcile.</summary>
    public void Record(ObjectReference about, EventType type, string reason, string message)
    {
    }

    private async Task<ReconcileOutcome> ReconcileAsync()
    {
        try
        {
            return await Reconciler.ReconcileAsync(_known, RequestPriority.Fresh, CancellationToken.None);
        }
        catch (KubeApiException)
        {
            return ReconcileOutcome.Failed();
        }
    }
}
