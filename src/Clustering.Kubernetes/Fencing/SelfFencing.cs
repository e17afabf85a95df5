using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Watching;
using OrleansOperator.Observability;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>
/// Takes this silo out of the cluster when it cannot reach the API server although others can: it could do none of its work,
/// and Orleans, which sees only that silos reach each other, would leave the work with it. When nobody reaches the API server,
/// everybody stays.
/// </summary>
internal sealed partial class SelfFencing(
    Reachability reachability, PeerClient peers, IClusterMembershipService membership, ILocalSiloDetails silo, IFatalErrorHandler fatal,
    IOptions<ClusterMembershipOptions> options, TimeProvider clock, ILogger<SelfFencing> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>How long an answer of the API server may take to count.</summary>
    public static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a peer may take: its own probe, and the way there and back.</summary>
    private static readonly TimeSpan PeerLimit = ProbeLimit + TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How much later than it is due a heartbeat may be before anything is asked.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    /// <summary>In how many rounds on end it must be so: an API server that has just come back may be seen by one first.</summary>
    private const int Rounds = 2;

    /// <summary>How many peers are asked in a round.</summary>
    private const int Asked = 3;

    private readonly LogSummary _failures = new(logger, clock);

    public void Dispose() => _failures.Dispose();

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer) =>
        observer.RunFrom(ServiceLifecycleStage.Active, nameof(SelfFencing), RunAsync);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        var limit = options.Value.IAmAliveTablePublishTimeout + Slack;
        reachability.Reached();
        try
        {
            for (var rounds = 0; ; await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (reachability.SinceReached < limit)
                {
                    rounds = 0;
                    continue;
                }

                var reaching = await ReachingPeerAsync(cancellationToken);
                rounds = reaching is null ? 0 : rounds + 1;
                if (rounds < Rounds)
                    continue;
                await LeaveAsync(reaching!, cancellationToken);
                return;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>A peer that reaches the API server when this silo does not; null when this silo does, or nobody.</summary>
    private async Task<SiloAddress?> ReachingPeerAsync(CancellationToken cancellationToken)
    {
        var own = reachability.ProbeAsync(ProbeLimit, cancellationToken);
        var others = membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(silo.SiloAddress))
            .Select(member => member.SiloAddress)
            .OrderBy(_ => Random.Shared.Next())
            .Take(Asked)
            .Select(peer => AskAsync(peer, cancellationToken));
        var reaching = (await Task.WhenAll(others)).FirstOrDefault(peer => peer is not null);
        return await own ? null : reaching;
    }

    private async Task<SiloAddress?> AskAsync(SiloAddress peer, CancellationToken cancellationToken)
    {
        try
        {
            return await peers.Of(peer).ReachesApiServer().WaitAsync(PeerLimit, clock, cancellationToken) ? peer : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _failures.Report(LogLevel.Warning, "Silos do not say whether they reach the API server", ProblemText.CauseOf(e), ProblemText.Of(e), $"{peer}");
            return null;
        }
    }

    private async Task LeaveAsync(SiloAddress reaching, CancellationToken cancellationToken)
    {
        Log.Leaves(logger, reachability.SinceReached.TotalSeconds, reaching);
        try
        {
            await peers.Of(reaching).DeclareDead(silo.SiloAddress).WaitAsync(PeerLimit, clock, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Then the others find out by their probes, some seconds later.
            Log.NotDeclared(logger, reaching, ProblemText.Of(e));
        }

        fatal.OnFatalException(this, "This silo cannot reach the API server, and others can.", null);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "This silo has not reached the API server for {Seconds:0.0} s, and silo {Peer} reaches it: this silo leaves the cluster")]
        public static partial void Leaves(ILogger logger, double seconds, SiloAddress peer);

        [LoggerMessage(LogLevel.Warning, "Silo {Peer} could not be asked to declare this silo dead: {Problem}")]
        public static partial void NotDeclared(ILogger logger, SiloAddress peer, string problem);
    }
}
