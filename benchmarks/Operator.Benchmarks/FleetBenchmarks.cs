using System.Buffers;
using BenchmarkDotNet.Attributes;
using OrleansOperator.Fleet;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Html;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Fleet.Pages;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Benchmarks;

/// <summary>One refresh of the list of objects on a silo that holds many.</summary>
public class FleetBenchmarks
{
    private static readonly FleetKinds Kinds = new([
        new FleetKind
        {
            Controller = FooResources.Controller,
            Resource = FooResources.Foos,
            Conditions = static foo => ((FooSnapshot)foo).Conditions,
            Columns = [new FleetColumn("desired", "Desired", static foo => new FleetValue(((FooSnapshot)foo).Replicas))],
        },
    ]);

    private readonly ArrayBufferWriter<byte> _html = new(1 << 20);
    private View[] _views = [];
    private ObjectQuery _middle = new();

    [Params(10_000, 100_000)]
    public int Objects { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var now = DateTime.UtcNow;
        _views = [.. Enumerable.Range(0, Objects).Select(i => new View(
            FooResources.Controller,
            Samples.Foo with { Key = new ObjectKey($"team-{i % 100}", $"foo-{i * 7919L % Objects}") },
            new ReconcileStatus(now, now.AddSeconds(-i), TimeSpan.FromMilliseconds(i % 50), OutcomeKind.Done, i % 1000 == 0 ? 1 : 0, default, null)))];
        _middle = new ObjectQuery { Sort = RowSort.Reconciled, Descending = true };
        _middle = _middle with { From = new RowKey(now.AddSeconds(-Objects / 2.0).Ticks, "", "", "", "", "") };
    }

    [Benchmark(Description = "first page, worst first")]
    public object First() => Select(new ObjectQuery());

    [Benchmark(Description = "page in the middle, by last reconcile")]
    public object Middle() => Select(_middle);

    [Benchmark(Description = "search that finds nothing")]
    public object Search() => Select(new ObjectQuery { Search = "no-such-name" });

    [Benchmark(Description = "HTML of the first page")]
    public int Page()
    {
        var query = new ObjectQuery();
        _html.ResetWrittenCount();
        new ObjectsPage(Kinds, query, DateTimeOffset.UtcNow).Write(new HtmlWriter(_html), new FoundPage(ObjectPage.Of(query, [Select(query)]), [], []));
        return _html.WrittenCount;
    }

    private ObjectPart Select(ObjectQuery query) => ObjectTable.Select(_views, Kinds, query, "silo-0");

    private sealed record View(string Controller, ResourceSnapshot? Snapshot, ReconcileStatus Status) : IReconcilerView
    {
        public IReadOnlyList<KnownObject> Objects => [];
    }
}
