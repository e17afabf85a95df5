using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>Answers silos that cannot write their heartbeats.</summary>
[Reentrant]
internal sealed partial class PeerService(
    GrainId id, Silo silo, ILoggerFactory loggers, HeartbeatRecord heartbeats, Evictor evictor, ServerClock clock) : GrainService(id, silo, loggers), IPeerService
{
    private readonly ILogger<PeerService> _logger = loggers.CreateLogger<PeerService>();

    /// <inheritdoc/>
    public Task<TimeSpan> SinceHeartbeat() => Task.FromResult(heartbeats.SinceSuccess ?? TimeSpan.MaxValue);

    /// <inheritdoc/>
    public Task<bool> Fence(SiloAddress silo, string secret) => evictor.EvictAsync(
        silo,
        EvictionCause.Fenced,
        "it cannot write its heartbeats, and this silo writes its own",
        table =>
        {
            var refusal = FencingRule.Refusal(table, silo.ToParsableString(), secret, clock.UtcNow);
            if (refusal is not null)
                Log.Refused(_logger, silo, refusal);
            return refusal is null;
        },
        CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Silo {Silo} asks to be declared dead because it cannot write its heartbeats, and is not: {Reason}")]
        public static partial void Refused(ILogger logger, SiloAddress silo, string reason);
    }
}
