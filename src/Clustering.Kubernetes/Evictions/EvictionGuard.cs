using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Fencing;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Evictions;

/// <summary>Collects the facts for <see cref="EvictionRule"/>, and tells who was evicted, by whom and why.</summary>
internal sealed partial class EvictionGuard(
    HeartbeatStore heartbeats,
    ApiContact contact,
    ServerClock clock,
    ILocalSiloDetails self,
    IServiceProvider services,
    IOptions<ClusterMembershipOptions> options,
    ClusteringMetrics metrics,
    ILogger<EvictionGuard> logger) : IEvictionGuard
{
    /// <summary>How long after a gap votes may still come out of Orleans' queue: its back-off there grows to a minute.</summary>
    private static readonly TimeSpan QueueTime = TimeSpan.FromMinutes(2);

    /// <summary>The least time that a silo which has not joined must have watched.</summary>
    private static readonly TimeSpan LeastObservation = TimeSpan.FromSeconds(20);

    private const int ObservedPeriods = 4;

    private string Self => self.SiloAddress.ToParsableString();

    public async ValueTask<SiloRow?> JudgeAsync(OrleansClusterStatus table, SiloRow current, SiloRow row, CancellationToken cancellationToken)
    {
        if (row.Silo == Self)
            return row;

        var target = SiloAddress.FromParsableString(row.Silo);
        var facts = new EvictionFacts
        {
            IsPredecessor = target.Endpoint.Equals(self.SiloAddress.Endpoint) && target.Generation < self.SiloAddress.Generation,
            Self = TableChange.Find(table, Self)?.Status ?? SiloStatus.None,
            Contact = contact.Steady,
            Observation = Observation(options.Value),
        };
        if (facts is { IsPredecessor: false, Self: not SiloStatus.Active })
            facts = facts with { AllSilent = await AreAllSilentAsync(table, cancellationToken) };
        if (EvictionRule.Refusal(facts) is null && !facts.IsPredecessor && contact.Recovered is not null && facts.Contact < QueueTime)
            facts = facts with { AnswersAfterGap = await AnswersAsync(target, cancellationToken) };
        if (EvictionRule.Refusal(facts) is { } refusal)
        {
            Log.Refused(logger, row.Silo, refusal);
            return null;
        }

        if (row.Status != SiloStatus.Dead || current.Status == SiloStatus.Dead)
            return row;
        var (cause, evidence) = facts.IsPredecessor
            ? (EvictionCause.Successor, $"{Self} runs at its address")
            : (EvictionCause.Votes, $"no answer to {string.Join(", ", (row.Suspicions ?? []).Select(static vote => vote.Silo).Distinct())}");
        return row with { Eviction = new Eviction(cause, Self, evidence, clock.UtcNow) };
    }

    public void Written(SiloRow current, SiloRow row)
    {
        if (row.Silo == Self)
            return;

        if (row.Status != SiloStatus.Dead)
        {
            Log.Voted(logger, Self, row.Silo, string.Join(", ", (row.Suspicions ?? []).Select(static vote => vote.Silo)));
            metrics.Voted();
        }
        else if (current.Status != SiloStatus.Dead && row.Eviction is { } eviction)
        {
            Log.Evicted(logger, row.Silo, eviction.By, eviction.Cause, eviction.Evidence);
            metrics.Evicted(eviction.Cause);
        }
    }

    /// <summary>How long a silo that has not joined must have watched before it may conclude that all others are dead.</summary>
    internal static TimeSpan Observation(ClusterMembershipOptions options) =>
        options.IAmAliveTablePublishTimeout * ObservedPeriods is var periods && periods > LeastObservation ? periods : LeastObservation;

    private async Task<bool> AreAllSilentAsync(OrleansClusterStatus table, CancellationToken cancellationToken)
    {
        var alive = await heartbeats.ReadAllAsync(cancellationToken);
        var limit = clock.UtcNow - (options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit);
        return table.Silos
            .Where(static row => row.Status == SiloStatus.Active)
            .All(row => SiloRows.LastSignOfLife(row, TableChange.Heartbeat(alive, row)) < limit);
    }

    private async Task<bool> AnswersAsync(SiloAddress target, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<PeerClient>().Of(target).SinceHeartbeat().WaitAsync(options.Value.ProbeTimeout, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.StillSilent(logger, target, e.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Silo {Silo} is declared dead by {By}: {Cause}, {Evidence}")]
        public static partial void Evicted(ILogger logger, string silo, string by, string cause, string evidence);

        [LoggerMessage(LogLevel.Warning, "{By} votes that silo {Silo} is dead; votes now: {Votes}")]
        public static partial void Voted(ILogger logger, string by, string silo, string votes);

        [LoggerMessage(LogLevel.Information, "A vote against silo {Silo} is not written: {Reason}")]
        public static partial void Refused(ILogger logger, string silo, string reason);

        [LoggerMessage(LogLevel.Information, "Silo {Silo} does not answer after the API server came back either: {Problem}")]
        public static partial void StillSilent(ILogger logger, SiloAddress silo, string problem);
    }
}
