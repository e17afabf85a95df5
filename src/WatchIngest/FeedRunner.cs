using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Health;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest;

/// <summary>One feed that this silo runs: its reflector, and the cache that it fills.</summary>
internal sealed class FeedRunner : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly FeedBacklog _backlog;
    private readonly Reflector _reflector;
    private Task _run = Task.CompletedTask;

    public FeedRunner(Feed feed, Dispatcher dispatcher, IKubeApi api, WatchIngestOptions options, WatchIngestMetrics metrics, TimeProvider clock, ILogger logger)
    {
        Feed = feed;
        State = new FeedState(feed.Id, logger);
        _backlog = new FeedBacklog(State);
        Cache = new ObjectCache(feed, dispatcher, _backlog);
        _reflector = new Reflector(feed, Cache, api, State, options, metrics, clock, logger);
    }

    public Feed Feed { get; }

    public FeedState State { get; }

    public ObjectCache Cache { get; }

    /// <summary>Starts the reflector.</summary>
    /// <param name="after">What to wait for first.</param>
    public void Start(Task after) => _run = RunAsync(after);

    /// <summary>Stops the reflector.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync(Task after)
    {
        try
        {
            await after.WaitAsync(_stop.Token);
            await _reflector.RunAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The feed has moved to another silo, or this one stops.
        }
    }
}
