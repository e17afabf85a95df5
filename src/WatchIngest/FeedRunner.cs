using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Interfaces;
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
    private readonly ListAnnouncer _announcer;
    private readonly Dispatcher _dispatcher;
    private Task _run = Task.CompletedTask;
    private Task _announcement = Task.CompletedTask;

    public FeedRunner(Feed feed, Dispatcher dispatcher, ListAnnouncer announcer, IKubeApi api, WatchIngestOptions options, WatchIngestMetrics metrics, TimeProvider clock, ILogger logger)
    {
        Feed = feed;
        (_announcer, _dispatcher) = (announcer, dispatcher);
        State = new FeedState(feed.Id, logger);
        _backlog = new FeedBacklog(State);
        Cache = new ObjectCache(feed, dispatcher, _backlog, (objects, version) => _announcement = AnnounceAsync(objects, version));
        _reflector = new Reflector(feed, Cache, api, State, options, metrics, clock, logger);
        metrics.Started(feed);
    }

    public Feed Feed { get; }

    public FeedState State { get; }

    public ObjectCache Cache { get; }

    /// <summary>How long ago the API server was last heard.</summary>
    public TimeSpan Age => _reflector.Age;

    /// <summary>How long the oldest change that no grain has acknowledged has been waiting.</summary>
    public TimeSpan Lag => _dispatcher.Lag(_backlog);

    /// <summary>Starts the reflector.</summary>
    /// <param name="after">What to wait for first.</param>
    public void Start(Task after) => _run = RunAsync(after);

    /// <summary>Stops the reflector.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _announcement;
        _stop.Dispose();
    }

    private async Task AnnounceAsync(IReadOnlyList<ResourceSnapshot> objects, long version)
    {
        try
        {
            // The reflector goes on to its watch meanwhile.
            await Task.Yield();
            await _announcer.AnnounceAsync(Feed, objects, version, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Whoever runs the feed next lists anew, and tells.
        }
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
