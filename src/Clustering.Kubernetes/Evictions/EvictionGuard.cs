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
    Func<IPeers> peers,
    IOptions<ClusterMembershipOptions> options,
    ClusteringMetrics metrics,
    ILogger<EvictionGuard> logger) : IEvictionGuard
{
    /// <summary>The least time that a silo which has not joined must have watched.</summary>
    private static readonly TimeSpan LeastObservation = TimeSpan.FromSeconds(20);

    private const int ObservedPeriods = 4;

    /// <summary>How old a heartbeat may be.</summary>
    private TimeSpan Allowed => options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit;

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
            IsDeath = row.Status == SiloStatus.Dead && current.Status != SiloStatus.Dead,
        };
        if (facts is { IsPredecessor: false, Self: not SiloStatus.Active })
            facts = facts with { AllSilent = (await LoudAsync(table, cancellationToken)).Count == 0 };
        else if (facts is { IsPredecessor: false, IsDeath: true })
            facts = await AskAsync(facts, table, target, cancellationToken);
        if (EvictionRule.Refusal(facts) is { } refusal)
        {
            Log.Refused(logger, row.Silo, refusal);
            return null;
        }

        if (!facts.IsDeath)
            return row;
        var (cause, evidence) = facts.IsPredecessor
            ? (EvictionCause.Successor, $"{Self} runs at its address")
            : (EvictionCause.Votes, $"no answer to the probes of {string.Join(", ", (row.Suspicions ?? []).Select(static vote => vote.Silo).Distinct())}; {facts.Deniers} of {facts.Active} active silos do not reach it");
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

    /// <summary>The Active silos that have sent a heartbeat within the time that Orleans allows, by the API server's clock.</summary>
    private async Task<List<string>> LoudAsync(OrleansClusterStatus table, CancellationToken cancellationToken)
    {
        var alive = await heartbeats.ReadAllAsync(cancellationToken);
        var limit = clock.UtcNow - Allowed;
        return [.. table.Silos
            .Where(row => row.Status == SiloStatus.Active && SiloRows.LastSignOfLife(row, TableChange.Heartbeat(alive, row)) >= limit)
            .Select(static row => row.Silo)];
    }

    private async Task<EvictionFacts> AskAsync(EvictionFacts facts, OrleansClusterStatus table, SiloAddress target, CancellationToken cancellationToken)
    {
        // Just after an outage of the API server everybody is silent, and counts.
        var counted = contact.Recovered is not null && facts.Contact < Allowed
            ? [.. table.Silos.Where(static row => row.Status == SiloStatus.Active).Select(static row => row.Silo)]
            : await LoudAsync(table, cancellationToken);
        var asked = counted.Where(silo => silo != Self && silo != target.ToParsableString()).Select(SiloAddress.FromParsableString);
        var denials = await Task.WhenAll(asked.Select(peer => DeniesAsync(() => peers().ReachesAsync(peer, target), cancellationToken))
            .Append(DeniesAsync(() => ReachesAsync(target, cancellationToken), cancellationToken)));
        return facts with
        {
            Active = counted.Union([Self, target.ToParsableString()]).Count(),
            Deniers = denials.Count(static denies => denies),
        };
    }

    private async Task<bool> ReachesAsync(SiloAddress target, CancellationToken cancellationToken)
    {
        try
        {
            await peers().SinceHeartbeatAsync(target).WaitAsync(options.Value.MinProbeTimeout, cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotReached(logger, target, e.Message);
            return false;
        }
    }

    /// <summary>Whether somebody answers that he does not reach the other. Who does not answer says nothing.</summary>
    private async Task<bool> DeniesAsync(Func<Task<bool>> reaches, CancellationToken cancellationToken)
    {
        try
        {
            return !await reaches().WaitAsync(options.Value.MinProbeTimeout * 2, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotAnswered(logger, e.Message);
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

        [LoggerMessage(LogLevel.Information, "Silo {Silo}, which is to be declared dead, does not answer: {Problem}")]
        public static partial void NotReached(ILogger logger, SiloAddress silo, string problem);

        [LoggerMessage(LogLevel.Information, "A silo does not say whether it reaches one that is to be declared dead: {Problem}")]
        public static partial void NotAnswered(ILogger logger, string problem);
    }
}
