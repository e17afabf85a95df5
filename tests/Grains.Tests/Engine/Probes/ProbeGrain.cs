using Orleans.GrainDirectory;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Tests.Engine.Probes;

/// <summary>A reconciling grain whose runs the test ends.</summary>
public interface IProbeGrain : IReconcilerGrain
{
    /// <summary>Returns when no run is under way.</summary>
    Task RestAsync();
}

[HomePlacement]
[GrainDirectory(HomeDirectory.Name)]
internal sealed class ProbeGrain(ReconcilerServices services, ProbeTests tests) : ReconcilerGrain<ProbeKnowledge>(services, new ProbeKnowledge()), IProbeGrain
{
    private long _done;

    private ProbeRuns Runs => tests.RunsOf(this.GetPrimaryKeyString());

    protected override string Controller => "probe";

    public Task RestAsync() => Run;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        if (Runs.RefusesActivation)
            DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await base.OnDeactivateAsync(reason, cancellationToken);
        Runs.Deactivated.TrySetResult();
    }

    protected override ReconcileOutcome? Look()
    {
        Runs.Looked();
        return Knowledge.IsEmpty || (_done == Knowledge.Version && Knowledge.Resyncs == 0) ? ReconcileOutcome.Done : null;
    }

    protected override async Task<ReconcileOutcome> ReconcileAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        var version = Knowledge.Version;
        var outcome = await Runs.EnterAsync(this.GetPrimaryKeyString(), version, priority, cancellationToken);
        if (outcome.Kind == OutcomeKind.Done)
            _done = version;
        return outcome;
    }
}
