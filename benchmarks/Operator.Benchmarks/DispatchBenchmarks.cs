using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest;
using OrleansOperator.WatchIngest.Dispatching;

namespace OrleansOperator.Benchmarks;

/// <summary>From the reflector to the grain call and its acknowledgement; the grain itself does nothing.</summary>
public class DispatchBenchmarks : IDisposable
{
    private const int Objects = 1000;

    private readonly ObjectKey[] _keys = [.. Enumerable.Range(0, Objects).Select(i => new ObjectKey("default", $"foo-{i}"))];
    private readonly Acknowledging _grain = new();
    private readonly Dispatcher _dispatcher;
    private readonly ObjectCache _cache;
    private long _version = 200_000;

    public DispatchBenchmarks()
    {
        var definition = new FeedDefinition { Resource = FooResources.Foos, Decode = FooDecoder.Decode, Route = FooController.Instance.Route, Grain = (_, _) => _grain, GrainType = FooController.Instance.GrainType };
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _dispatcher = new Dispatcher(null!, Options.Create(new WatchIngestOptions()), new WatchIngestMetrics(meters), TimeProvider.System, NullLogger<Dispatcher>.Instance);
        var feed = Feed.Of([definition]).Single();
        _cache = new ObjectCache(feed, _dispatcher) { Delivers = true };
    }

    [Benchmark(Description = "dispatch a change", OperationsPerInvoke = Objects)]
    public async Task Changes()
    {
        var acknowledged = _grain.AwaitAsync(Objects);
        foreach (var key in _keys)
            _cache.Upsert(Samples.Foo with { Key = key, ResourceVersion = ++_version });
        await acknowledged;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _dispatcher.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A grain that acknowledges at once.</summary>
    private sealed class Acknowledging : IReconcilerGrain
    {
        private TaskCompletionSource _done = new();
        private int _left;

        public Task AwaitAsync(int calls)
        {
            (_left, _done) = (calls, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _done.Task;
        }

        public Task Observe(Observation observation)
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _done.SetResult();
            return Task.CompletedTask;
        }
    }
}
