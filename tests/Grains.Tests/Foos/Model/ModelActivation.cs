using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos.Model;

/// <summary>An activation of the Foo's grain as the engine runs it, but when the test says so.</summary>
internal sealed class ModelActivation(ModelCluster cluster, TimeProvider clock) : IEventRecorder, IKubeApi
{
    private readonly ObjectKnowledge _known = Given.Knowledge();
    private readonly StatusSchema _schema = new(FooController.Foos, clock, NullLogger.Instance);
    private ObjectReconciler? _reconciler;
    private string? _answered;
    private bool _runs;
    private bool _stalled;
    private bool _due;

    private ObjectReconciler Reconciler => _reconciler ??= new ObjectReconciler(FooController.Instance, new ObjectWriter(this), _schema, this, clock, new ReconcilerOptions(), NullLogger.Instance);

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

    /// <summary>For a Foo that it knows not to be new, it creates a Deployment only when the API server has just said that the Foo is there.</summary>
    public async Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Post && _known.Foo is { ObservedGeneration: not null } foo && _answered != foo.Uid)
            cluster.Violations.Add($"a Deployment is created for Foo {foo.Uid}, which may be gone");
        _answered = null;
        var answer = await cluster.SendAsync(request, result, cancellationToken);
        _answered = (answer as FooSnapshot)?.Uid;
        return answer;
    }

    public Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken) => cluster.OpenAsync(request, cancellationToken);

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
