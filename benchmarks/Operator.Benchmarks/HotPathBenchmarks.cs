using System.Buffers;
using BenchmarkDotNet.Attributes;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.Benchmarks;

/// <summary>What happens for every event, and for every object at every resync.</summary>
public class HotPathBenchmarks
{
    private readonly ObjectKnowledge _known = new(FooController.Instance);
    private readonly ReadOnlySequence<byte> _frame = new([.. """{"type":"MODIFIED","object":"""u8, .. Samples.DeploymentJson, .. "}"u8]);
    private readonly ReconcileGate _gate = new(32);
    private readonly Observation _foo = Observation.Of(FooResources.Foos.QualifiedName, Samples.Foo, ObservationCause.Change);
    private readonly Observation _deployment = Observation.Of(FooResources.Deployments.QualifiedName, Samples.Deployment, ObservationCause.Backlog);
    private readonly DesiredStatus _status = new(new FooStatus("example-foo", 1), 1, DesiredStatus.ReadyOf(Samples.Foo)!, []);
    private DeploymentSnapshot _newer = Samples.Deployment;

    public HotPathBenchmarks()
    {
        _known.Observe(_foo);
        _known.Observe(_deployment);
    }

    [Benchmark(Description = "decode a Foo")]
    public FooSnapshot DecodeFoo() => Samples.DecodeFoo();

    [Benchmark(Description = "decode a Deployment")]
    public DeploymentSnapshot DecodeDeployment() => Samples.DecodeDeployment();

    [Benchmark(Description = "decode a watch frame with a Deployment")]
    public long DecodeFrame() => WatchFrame.Decode(_frame, DeploymentDecoder.Decode).Version;

    [Benchmark(Description = "take in what is known already")]
    public bool ObserveKnown() => _known.Observe(_foo) | _known.Observe(_deployment);

    [Benchmark(Description = "take in a newer Deployment")]
    public bool ObserveNewer()
    {
        _newer = _newer with { ResourceVersion = _newer.ResourceVersion + 1 };
        return _known.Observe(Observation.Of(FooController.Deployments.QualifiedName, _newer, ObservationCause.Change));
    }

    [Benchmark(Description = "look, with nothing to do")]
    public object Plan() => Planner.Next(_known, FooController.Instance.Reconcile(_known.Object!, _known), StatusFields.All, TimeProvider.System.GetUtcNow());

    [Benchmark(Description = "in and out of the gate")]
    public async Task Gate()
    {
        using var place = _gate.Enter(RequestPriority.Fresh);
        await place.Admitted;
    }

    [Benchmark(Description = "body of a status")]
    public int StatusBody() => Bodies.Status(FooController.Foos, Samples.Foo, _status).Length;
}
