using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>Answers other silos.</summary>
[Reentrant]
internal sealed partial class PeerService(
    GrainId id, Silo silo, ILoggerFactory loggers, HeartbeatRecord heartbeats, Evictor evictor, ServerClock clock, Func<IPeers> peers,
    IOptions<ClusterMembershipOptions> options) : GrainService(id, silo, loggers), IPeerService
{
    private readonly ILogger<PeerService> _logger = loggers.CreateLogger<PeerService>();

    /// <inheritdoc/>
    public Task<TimeSpan> SinceHeartbeat() => Task.FromResult(heartbeats.SinceUntroubledSuccess);

    /// <inheritdoc/>
    public async Task<bool> Reaches(SiloAddress silo)
    {
        try
        {
            await peers().SinceHeartbeatAsync(silo).WaitAsync(options.Value.MinProbeTimeout);
            return true;
        }
        catch (Exception e)
        {
            Log.NotReached(_logger, silo, e.Message);
            return false;
        }
    }

    /// <inheritdoc/>
    public Task<bool> Fence(SiloAddress silo, string secret) => evictor.EvictAsync(
        silo,
        EvictionCause.Fenced,
        "it cannot write its heartbeats, and this silo writes its own",
        table =>
        {
            var refusal = heartbeats.SinceUntroubledSuccess == TimeSpan.MaxValue
                ? "this silo has trouble with its own"
                : FencingRule.Refusal(table, silo.ToParsableString(), secret, clock.UtcNow);
            if (refusal is not null)
                Log.Refused(_logger, silo, refusal);
            return refusal is null;
        },
        CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Another silo is about to declare silo {Silo} dead, and it does not answer this one either: {Problem}")]
        public static partial void NotReached(ILogger logger, SiloAddress silo, string problem);

        [LoggerMessage(LogLevel.Warning, "Silo {Silo} asks to be declared dead because it cannot write its heartbeats, and is not: {Reason}")]
        public static partial void Refused(ILogger logger, SiloAddress silo, string reason);
    }
}
