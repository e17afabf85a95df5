using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansOperator.KubeApi;
using OrleansOperator.LoadTest.Objects;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>Makes the replicas of Deployments available where no kubelet runs, as the deployment controller would report it.</summary>
internal sealed class AvailabilityLoop(TestCluster cluster, TimeProvider clock)
{
    private const int Workers = 16;

    private static readonly TimeSpan s_retryWait = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<FooKey, (int Replicas, long Generation)> _wanted = new();
    private readonly Channel<FooKey> _keys = Channel.CreateUnbounded<FooKey>();

    /// <summary>A Deployment was seen whose replicas are not available. The newest state of each counts.</summary>
    public void Unavailable(FooKey key, int replicas, long generation)
    {
        _wanted[key] = (replicas, generation);
        _keys.Writer.TryWrite(key);
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
    {
        try
        {
            await foreach (var key in _keys.Reader.ReadAllAsync(cancellationToken))
            {
                if (_wanted.TryRemove(key, out var wanted))
                    await MakeAvailableAsync(key, wanted.Replicas, wanted.Generation, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }
    }));

    private async Task MakeAvailableAsync(FooKey key, int replicas, long generation, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.MakeAvailableAsync(key, replicas, generation, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            // It was deleted meanwhile.
        }
        catch (KubeApiException)
        {
            await Task.Delay(s_retryWait, clock, cancellationToken);
            Unavailable(key, replicas, generation);
        }
    }
}
