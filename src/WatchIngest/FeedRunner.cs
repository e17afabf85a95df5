using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Health;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest;

/// <summary>
/// One feed that this silo runs: its reflector, the cache that it fills, and, while this silo delivers the feed, a link to each
/// silo. While it does not, the feed is only kept warm.
/// </summary>
internal sealed class FeedRunner : IAsyncDisposable
{
    private readonly IngestServices _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<SiloAddress, FeedLink> _links = [];
    private readonly Reflector _reflector;
    private readonly Task _run;
    private Homes _homes = Homes.None;

    /// <summary>Starts a feed.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="services">What it needs.</param>
    /// <param name="listed">Called after each whole list.</param>
    public FeedRunner(Feed feed, IngestServices services, Action listed)
    {
        (Feed, _services) = (feed, services);
        State = new FeedState(feed.Id, services.Logger);
        Cache = new ObjectCache(feed, services.Dispatcher)
        {
            Listed = () =>
            {
                Compare();
                listed();
            },
        };
        _reflector = new Reflector(feed, Cache, services.Api, State, services.Options, services.Metrics, services.Clock, services.Logger);
        services.Metrics.Started(feed);
        _run = Task.Run(() => services.Supervisor.RunAsync($"feed {feed.Id}", _reflector.RunAsync, _stop.Token));
    }

    public Feed Feed { get; }

    public FeedState State { get; }

    public ObjectCache Cache { get; }

    /// <summary>How long ago the API server was last heard.</summary>
    public TimeSpan Age => _reflector.Age;

    /// <summary>How long the oldest change that no grain has acknowledged has been waiting.</summary>
    public TimeSpan Lag => _services.Dispatcher.Lag(Feed);

    /// <summary>Whether this silo delivers the feed.</summary>
    public bool Delivers => Cache.Delivers;

    /// <summary>Why the feed is not ready; null when it is.</summary>
    public string? NotReady
    {
        get
        {
            if (State.NotReady is { } reason)
                return reason;
            lock (_lock)
                return _links.FirstOrDefault(link => !link.Value.IsComplete).Key is { } silo ? $"the grains of {silo} are being told" : null;
        }
    }

    /// <summary>Has the feed delivered to the grains of these silos, or only kept warm.</summary>
    public void Assign(bool delivers, Homes homes)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || (delivers == Delivers && homes == _homes))
                return;
            Cache.Delivers = delivers;
            _homes = homes;
            foreach (var (silo, link) in _links.Where(link => !delivers || !homes.Silos.Contains(link.Key)).ToList())
            {
                _links.Remove(silo);
                _ = link.DisposeAsync().AsTask();
            }

            if (!delivers)
                return;
            foreach (var silo in homes.Silos)
            {
                if (_links.TryGetValue(silo, out var link))
                    link.Ask(homes);
                else
                    _links[silo] = new FeedLink(Feed, Cache, silo, homes, _services);
            }
        }
    }

    /// <summary>Stops the feed.</summary>
    public async ValueTask DisposeAsync()
    {
        FeedLink[] links;
        lock (_lock)
        {
            _stop.Cancel();
            Cache.Delivers = false;
            links = [.. _links.Values];
            _links.Clear();
        }

        foreach (var link in links)
            await link.DisposeAsync();
        await _run;
        _stop.Dispose();
    }

    private void Compare()
    {
        lock (_lock)
        {
            foreach (var link in _links.Values)
                link.Ask(_homes);
        }
    }
}
