using System.Collections.Concurrent;

namespace OrleansOperator.Chaos.Support;

/// <summary>
/// Changes Foos at a steady rate, each once, and sees when the Deployment of each has followed: by a watch, so that the figures
/// are exact to a few milliseconds.
/// </summary>
internal sealed class Changes : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly SiloFleet _fleet;
    private readonly CancellationTokenSource _stopChanging = new();
    private readonly CancellationTokenSource _stopWatching = new();
    private readonly ConcurrentDictionary<string, (int Replicas, long At)> _asked = new();
    private readonly ConcurrentDictionary<string, long> _followed = new();
    private readonly TaskCompletionSource _watching = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watch;
    private Task _change = Task.CompletedTask;

    private Changes(SiloFleet fleet)
    {
        _fleet = fleet;
        _watch = WatchAsync();
    }

    /// <summary>How many changes the API server has accepted.</summary>
    public int Count => _asked.Count;

    /// <summary>Begins to change Foos.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="perSecond">How many a second, until it is stopped or every Foo was changed.</param>
    public static async Task<Changes> StartAsync(SiloFleet fleet, int perSecond)
    {
        var changes = new Changes(fleet);
        await changes._watching.Task;
        changes._change = changes.ChangeAsync(perSecond);
        return changes;
    }

    /// <summary>Waits until so many more changes were accepted.</summary>
    public async Task MoreAsync(int count)
    {
        var until = Count + count;
        await Eventually.Holds(() => Count >= until || _change.IsCompleted, $"{until} changes were accepted");
    }

    /// <summary>Goes on for a while.</summary>
    public static Task GoOnAsync(TimeSpan time) => Task.Delay(time, TestContext.Current.CancellationToken);

    /// <summary>Stops changing and waits until every Deployment has followed.</summary>
    /// <param name="since">What a change before this moment is measured from.</param>
    /// <returns>How late each Deployment was, in ascending order.</returns>
    public async Task<List<TimeSpan>> DoneAsync(long since)
    {
        await _stopChanging.CancelAsync();
        await _change;
        await Eventually.Holds(() => _asked.Keys.All(_followed.ContainsKey), $"every Deployment has followed: {Missing()}", Patience);
        return [.. _asked
            .Where(asked => _followed[asked.Key] > since)
            .Select(asked => TimeProvider.System.GetElapsedTime(Math.Max(asked.Value.At, since), _followed[asked.Key]))
            .Order()];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopChanging.CancelAsync();
        await _stopWatching.CancelAsync();
        await _change;
        await _watch;
        _stopChanging.Dispose();
        _stopWatching.Dispose();
    }

    private string Missing() => string.Join(' ', _asked.Keys.Where(name => !_followed.ContainsKey(name)).Take(10));

    private async Task ChangeAsync(int perSecond)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        try
        {
            foreach (var name in _fleet.Replicas.Keys.OrderBy(_ => Random.Shared.Next()).ToList())
            {
                await timer.WaitForNextTickAsync(_stopChanging.Token);
                var replicas = (_fleet.Replicas[name] % 9) + 1;
                _fleet.Replicas[name] = replicas;

                // Noted before it is sent: the Deployment may follow before the answer is here.
                _asked[name] = (replicas, TimeProvider.System.GetTimestamp());
                await _fleet.Api.ScaleFooAsync(name, replicas);
            }
        }
        catch (OperationCanceledException) when (_stopChanging.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private async Task WatchAsync()
    {
        while (!_stopWatching.IsCancellationRequested)
        {
            try
            {
                await foreach (var (type, name, replicas) in _fleet.Api.WatchDeploymentsAsync(_watching, _stopWatching.Token))
                {
                    if (type != "DELETED" && _asked.TryGetValue(name, out var asked) && asked.Replicas == replicas)
                        _followed.TryAdd(name, TimeProvider.System.GetTimestamp());
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
            {
                // Cut: a new watch begins with everything there is.
            }
        }
    }
}
