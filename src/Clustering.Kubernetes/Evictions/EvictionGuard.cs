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
            facts = facts with { AllSilent = (await LoudAsync(table, Allowed, cancellationToken)).Count == 0 };
        else if (!facts.IsPredecessor)
            facts = await AskAsync(facts, table, target, cancellationToken);
        if (EvictionRule.Refusal(facts) is { } refusal)
        {
            Log.Refused(logger, row.Silo, refusal);
            return null;
        }

        // With half of the silos there is no need of other votes, and of several silos that die at once the last may have nobody to vote with.
        if (!facts.IsDeath && !EvictionRule.IsConfirmed(facts))
            return row;
        var (cause, evidence) = facts.IsPredecessor
            ? (EvictionCause.Successor, $"{Self} runs at its address")
            : (EvictionCause.Votes, $"no answer to the probes of {VotersOf(row)}; {facts.Deniers} of {facts.Active} active silos do not reach it");
        return row with { Status = SiloStatus.Dead, Eviction = new Eviction(cause, Self, evidence, clock.UtcNow) };
    }

    public void Written(SiloRow current, SiloRow row)
    {
        if (row.Silo == Self)
            return;

        if (row.Status != SiloStatus.Dead)
        {
            // A vote is renewed with every probe that fails.
            var votes = VotersOf(row);
            if (votes != VotersOf(current))
                Log.Voted(logger, Self, row.Silo, votes);
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

    /// <summary>The Active silos that have sent a heartbeat lately, by the API server's clock.</summary>
    /// <param name="table">The table.</param>
    /// <param name="within">How old the heartbeat may be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<HashSet<string>> LoudAsync(OrleansClusterStatus table, TimeSpan within, CancellationToken cancellationToken)
    {
        var alive = await heartbeats.ReadAllAsync(cancellationToken);
        var limit = clock.UtcNow - within;
        return [.. Active(table).Where(row => SiloRows.LastSignOfLife(row, TableChange.Heartbeat(alive, row)) >= limit).Select(static row => row.Silo)];
    }

    private static IEnumerable<SiloRow> Active(OrleansClusterStatus table) => table.Silos.Where(static row => row.Status == SiloStatus.Active);

    /// <summary>
    /// Asks the other active silos whether they reach the target. One that does not answer counts as long as it may be alive: of several silos
    /// that die at once, those that are left must be able to evict all.
    /// </summary>
    private async Task<EvictionFacts> AskAsync(EvictionFacts facts, OrleansClusterStatus table, SiloAddress target, CancellationToken cancellationToken)
    {
        // Just after an outage of the API server everybody is silent, and counts.
        var counted = contact.Recovered is not null && facts.Contact < Allowed
            ? [.. Active(table).Select(static row => row.Silo)]
            : await LoudAsync(table, Staleness.ContactGap(options.Value), cancellationToken);
        var own = ReachesAsync(target, cancellationToken);
        var answers = await Task.WhenAll(Active(table)
            .Where(row => row.Silo != Self && row.Silo != target.ToParsableString())
            .Select(async row => (row.Silo, Reaches: await AnswerAsync(SiloAddress.FromParsableString(row.Silo), target, cancellationToken))));
        return facts with
        {
            // This silo and the target count, too.
            Active = 2 + answers.Count(answer => answer.Reaches is not null || counted.Contains(answer.Silo)),
            Deniers = answers.Count(static answer => answer.Reaches is false) + (await own ? 0 : 1),
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
            Log.NotReached(logger, target, FirstLine(e));
            return false;
        }
    }

    /// <summary>Whether a peer reaches the target; null when it does not answer.</summary>
    private async Task<bool?> AnswerAsync(SiloAddress peer, SiloAddress target, CancellationToken cancellationToken)
    {
        try
        {
            return await peers().ReachesAsync(peer, target).WaitAsync(options.Value.MinProbeTimeout * 2, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotAnswered(logger, FirstLine(e));
            return null;
        }
    }

    private static string VotersOf(SiloRow row) => string.Join(", ", (row.Suspicions ?? []).Select(static vote => vote.Silo).Distinct());

    /// <summary>Orleans puts stack traces into messages.</summary>
    private static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0].TrimEnd();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Silo {Silo} is declared dead by {By}: {Cause}, {Evidence}")]
        public static partial void Evicted(ILogger logger, string silo, string by, string cause, string evidence);

        [LoggerMessage(LogLevel.Warning, "{By} votes that silo {Silo} is dead; votes now: {Votes}")]
        public static partial void Voted(ILogger logger, string by, string silo, string votes);

        [LoggerMessage(LogLevel.Information, "A vote against silo {Silo} is not written: {Reason}")]
        public static partial void Refused(ILogger logger, string silo, string reason);

        [LoggerMessage(LogLevel.Debug, "Silo {Silo}, which is to be declared dead, does not answer: {Problem}")]
        public static partial void NotReached(ILogger logger, SiloAddress silo, string problem);

        [LoggerMessage(LogLevel.Debug, "A silo does not say whether it reaches one that is to be declared dead: {Problem}")]
        public static partial void NotAnswered(ILogger logger, string problem);
    }
}
