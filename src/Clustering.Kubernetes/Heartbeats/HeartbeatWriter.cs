using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Heartbeats;

/// <summary>
/// Writes this silo's heartbeat, a round at a time: over the usual connections, and where these do not answer soon, over a fresh one as
/// well. After a round that failed it goes on by itself until Orleans calls again, because Orleans waits longer each time, up to a minute.
/// </summary>
internal sealed class HeartbeatWriter(
    HeartbeatStore store, FreshConnections connections, HeartbeatRecord record, ServerClock serverClock, ClusteringMetrics metrics,
    IOptions<ClusterMembershipOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>How long a round may take. Requests that are held up for five seconds still count.</summary>
    private static readonly TimeSpan RoundLimit = TimeSpan.FromSeconds(5.5);

    /// <summary>After how long without an answer a fresh connection is tried beside the usual ones.</summary>
    private static readonly TimeSpan HedgeDelay = TimeSpan.FromSeconds(2);

    /// <summary>The longest time between the beginnings of two rounds after one has failed fast.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _retrying = Task.CompletedTask;
    private int _calls;

    /// <summary>Writes the heartbeat; when that fails, it is tried again in the background until it succeeds.</summary>
    /// <exception cref="KubeApiException">The first round has failed.</exception>
    public async Task WriteAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        try
        {
            await RoundAsync(silo, cancellationToken);
        }
        catch (KubeApiException)
        {
            lock (_stop)
            {
                if (_retrying.IsCompleted && !_stop.IsCancellationRequested)
                    _retrying = Task.Run(() => RetryAsync(silo, _stop.Token), CancellationToken.None);
            }

            throw;
        }
    }

    /// <summary>Stops writing.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _retrying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _one.Dispose();
    }

    private async Task RetryAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        var period = options.Value.IAmAliveTablePublishTimeout;
        var interval = period < RetryDelay ? period : RetryDelay;
        var wait = interval;
        while (true)
        {
            await Task.Delay(wait, clock, cancellationToken);
            var started = clock.GetTimestamp();
            try
            {
                await RoundAsync(silo, cancellationToken);
                var calls = Volatile.Read(ref _calls);
                await Task.Delay(period, clock, cancellationToken);
                if (calls != Volatile.Read(ref _calls) && record.Facts(period).FailedRounds == 0)
                    return;
                wait = TimeSpan.Zero;
            }
            catch (KubeApiException e)
            {
                // It is in the record and in the metrics; the health of the membership names it by the calls of Orleans.
                wait = e.RetryAfter ?? (interval - clock.GetElapsedTime(started));
                wait = wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
            }
        }
    }

    private async Task RoundAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        var started = clock.GetTimestamp();
        try
        {
            await HedgeAsync(silo, cancellationToken);
            record.Succeeded();
            metrics.Heartbeat(true);
        }
        catch (KubeApiException e)
        {
            metrics.Heartbeat(false);

            // A server that asks to wait works, and has heard of this silo.
            if (e.Code != HttpStatusCode.TooManyRequests)
                record.Failed(started);
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Both ways at once if need be; the first that succeeds decides, and the error is that of the usual one.</summary>
    private async Task HedgeAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RoundLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var usual = SendAsync(silo, null, either.Token, cancellationToken);
        await Task.WhenAny(usual, Task.Delay(HedgeDelay, clock, either.Token));
        if (usual.IsCompletedSuccessfully)
            return;

        record.Troubled();
        if (IsFinal(usual))
            await usual;

        using var fresh = Open();
        if (fresh is null)
        {
            await usual;
            return;
        }

        var other = SendAsync(silo, fresh, either.Token, cancellationToken);
        try
        {
            var first = await Task.WhenAny(usual, other);
            if (!first.IsCompletedSuccessfully)
                await (first == usual ? other : usual).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!usual.IsCompletedSuccessfully && !other.IsCompletedSuccessfully)
                await usual;
        }
        finally
        {
            // Nothing is left behind that could write an older time over a newer one.
            await either.CancelAsync();
            await Task.WhenAll(usual, other).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsFinal(Task usual) =>
        usual.IsFaulted && usual.Exception.InnerException is not KubeApiException { Code: not HttpStatusCode.TooManyRequests };

    private KubeApiClient? Open()
    {
        try
        {
            return connections.Open();
        }
        catch (KubeApi.Configuration.KubeConfigurationException)
        {
            // The configuration is unusable now: then there is only the usual way, whose error is told.
            return null;
        }
    }

    private async Task SendAsync(SiloAddress silo, IKubeApi? over, CancellationToken cancellationToken, CancellationToken caller)
    {
        try
        {
            await store.WriteAsync(silo, serverClock.UtcNow, cancellationToken, over);
        }
        catch (OperationCanceledException e) when (!caller.IsCancellationRequested)
        {
            throw new KubeApiException(
                FormattableString.Invariant($"no answer within {RoundLimit.TotalSeconds:0.#} s"),
                new RequestTarget("patch", KubernetesTypes.Leases.QualifiedName, store.Cluster.Namespace), e);
        }
    }
}
