using System.Collections.Concurrent;
using System.Collections.Frozen;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.WatchIngest;

/// <summary>
/// Which feeds the other silos know. They may differ while a change of the configuration, or a new version, is rolled out; a feed
/// is run by those that know it. Each silo is asked once, because the answer does not change while it runs.
/// </summary>
internal sealed class KnownFeedsOfPeers(IngestServices services, Action learned) : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SiloAddress, FrozenSet<string>?> _feeds = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>
    /// Whether a silo knows a feed. One that has not answered yet is taken to know what this one knows, as is usual; one that cannot
    /// be asked is taken to know nothing, because a feed that two run does no harm, and one that nobody runs does.
    /// </summary>
    public bool Knows(SiloAddress silo, string feed) => silo.Equals(services.Silo.SiloAddress) || (_feeds.GetValueOrDefault(silo)?.Contains(feed) ?? true);

    /// <summary>Asks silos that have joined, and forgets those that have left.</summary>
    public void Update(Homes homes)
    {
        foreach (var silo in _feeds.Keys.Where(silo => !homes.Silos.Contains(silo)))
            _feeds.TryRemove(silo, out _);
        foreach (var silo in homes.Silos.Where(silo => !silo.Equals(services.Silo.SiloAddress) && _feeds.TryAdd(silo, null)))
            _ = services.Supervisor.RunAsync($"feeds of {silo}", token => AskAsync(silo, token), _stop.Token);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Cancel();

    private async Task AskAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        while (_feeds.ContainsKey(silo))
        {
            try
            {
                var known = await services.Peers.Of(silo).GetKnownFeeds().WaitAsync(CallTimeout, services.Clock, cancellationToken);
                Learn(silo, known.Feeds.ToFrozenSet());
                return;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                Learn(silo, []);
                await Task.Delay(Retry, services.Clock, cancellationToken);
            }
        }
    }

    private void Learn(SiloAddress silo, FrozenSet<string> feeds)
    {
        if (_feeds.TryGetValue(silo, out var before) && (before is null || !before.SetEquals(feeds)) && _feeds.TryUpdate(silo, feeds, before))
            learned();
    }
}
