using Microsoft.Extensions.Logging;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Evictions;

/// <summary>
/// Declares silos dead on evidence that Orleans does not have. It writes the table itself: Orleans' queue (<c>TryKill</c>) says nothing of
/// the outcome, does not repeat a write that met another, and tries for ever where the row is gone.
/// </summary>
internal sealed partial class Evictor(KubernetesMembershipTable table, ServerClock clock, ILocalSiloDetails self, ClusteringMetrics metrics, ILogger<Evictor> logger)
{
    /// <summary>Declares a silo dead, unless it is, or has no row any more.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="cause">One of <see cref="EvictionCause"/>.</param>
    /// <param name="evidence">What was seen.</param>
    /// <param name="isAllowed">Decides by the table that the write is conditioned on; null for always.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the silo is dead now.</returns>
    public async Task<bool> EvictAsync(
        SiloAddress silo, string cause, string evidence, Func<OrleansClusterStatus, bool>? isAllowed, CancellationToken cancellationToken)
    {
        var eviction = new Eviction(cause, self.SiloAddress.ToParsableString(), evidence, clock.UtcNow);
        switch (await table.EvictAsync(silo.ToParsableString(), eviction, isAllowed, cancellationToken))
        {
            case null:
                return true;
            case false:
                return false;
            default:
                Log.Evicted(logger, silo, eviction.By, cause, evidence);
                metrics.Evicted(cause);
                return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Silo {Silo} is declared dead by {By}: {Cause}, {Evidence}")]
        public static partial void Evicted(ILogger logger, SiloAddress silo, string by, string cause, string evidence);
    }
}
