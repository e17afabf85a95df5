using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Watching;
using OrleansOperator.Observability;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>
/// Takes this silo out of the cluster when it cannot write its heartbeats although others can: it could do none of its work, and Orleans,
/// which sees only that silos reach each other, would leave the work with it. <see cref="FencingRule"/> decides. When nobody can write,
/// everybody stays.
/// </summary>
internal sealed partial class SelfFencing(
    HeartbeatRecord heartbeats, FencingKey key, IPeers peers, IClusterMembershipService membership, ILocalSiloDetails silo, IFatalErrorHandler fatal,
    IOptions<ClusterMembershipOptions> options, TimeProvider clock, ILogger<SelfFencing> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>How long a peer may take to answer.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    /// <summary>How long a peer may take to write the table.</summary>
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>How many peers are asked at a time.</summary>
    private const int Asked = 3;

    private readonly LogSummary _failures = new(logger, clock);

    public void Dispose() => _failures.Dispose();

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer) =>
        observer.RunFrom(ServiceLifecycleStage.Active, nameof(SelfFencing), RunAsync);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var verdict = FencingRule.Decide(heartbeats.Facts(options.Value.IAmAliveTablePublishTimeout));
                if (verdict == FencingVerdict.AskPeers)
                    await AskPeersAsync(cancellationToken);
                else if (verdict == FencingVerdict.Leave && await LeaveAsync(cancellationToken))
                    return;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private IEnumerable<SiloAddress> Peers() => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(silo.SiloAddress))
        .Select(static member => member.SiloAddress)
        .OrderBy(static _ => Random.Shared.Next())
        .Take(Asked);

    private async Task AskPeersAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(Peers().Select(async peer =>
            await AskAsync<TimeSpan?>(peer, async () => await peers.SinceHeartbeatAsync(peer), AnswerLimit, null, cancellationToken)));
        heartbeats.PeersSaid([.. answers.OfType<TimeSpan>()]);
    }

    private async Task<bool> LeaveAsync(CancellationToken cancellationToken)
    {
        foreach (var peer in Peers())
        {
            if (!await AskAsync(peer, () => peers.FenceAsync(peer, silo.SiloAddress, key.Secret), WriteLimit, false, cancellationToken))
                continue;

            Log.Leaves(logger, heartbeats.SinceSuccess?.TotalSeconds ?? 0, peer);
            fatal.OnFatalException(this, "This silo cannot reach the API server to write its heartbeats, and others can.", null);
            return true;
        }

        // Another silo was fenced just now, or no peer could write it: this one stays, and may ask again.
        return false;
    }

    private async Task<T> AskAsync<T>(SiloAddress peer, Func<Task<T>> ask, TimeSpan limit, T otherwise, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().WaitAsync(limit, clock, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _failures.Report(LogLevel.Warning, "Silos do not say whether they write their heartbeats", ProblemText.CauseOf(e), ProblemText.Of(e), $"{peer}");
            return otherwise;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "This silo has not written its heartbeat for {Seconds:0.0} s, and silo {Peer} writes its own: this silo has left the cluster")]
        public static partial void Leaves(ILogger logger, double seconds, SiloAddress peer);
    }
}
