using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Silos;
using OrleansOperator.LoadTest.Statistics;
using OrleansOperator.LoadTest.Tracking;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>Measures what a phase costs: the difference of two readings.</summary>
internal sealed class Meter(ISilos silos, SiloMonitor monitor, Func<double?> serverCpu, Tracker tracker, TimeProvider clock)
{
    private const double Megabyte = 1024 * 1024;
    private const int NamesKept = 20;

    /// <summary>What is used and counted at a moment.</summary>
    internal sealed record Reading(
        IReadOnlyList<SiloReading> Silos, IReadOnlyDictionary<string, SiloCounters>? Counters, double ToolCpu, double? ServerCpu, SeenCounts Seen)
    {
        /// <summary>The reading with silos that were started since: they began at zero.</summary>
        public Reading Restarted => this with { Silos = [], Counters = Counters is null ? null : new Dictionary<string, SiloCounters>() };
    }

    /// <summary>Reads everything. To ask silos for their counters costs them a little; it is not counted in the phase that is measured.</summary>
    /// <param name="begins">Whether a phase begins, and not ends.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Reading> ReadAsync(bool begins, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, SiloCounters>? counters;
        IReadOnlyList<SiloReading> readings;
        if (begins)
        {
            counters = await silos.CountersAsync(cancellationToken);
            readings = await monitor.ReadAsync(cancellationToken);
        }
        else
        {
            readings = await monitor.ReadAsync(cancellationToken);
            counters = await silos.CountersAsync(cancellationToken);
        }

        return new Reading(readings, counters, Environment.CpuUsage.TotalTime.TotalSeconds, serverCpu(), tracker.Seen);
    }

    /// <summary>Adds to a phase's result what was used and counted between two readings.</summary>
    public static PhaseResult Use(PhaseResult phase, Reading before, Reading after)
    {
        var seen = after.Seen - before.Seen;
        var processes = after.Silos.Select(silo => new ProcessResult(
            silo.Name, Math.Round(silo.CpuSeconds - before.Silos.FirstOrDefault(earlier => earlier.Name == silo.Name && earlier.CpuSeconds <= silo.CpuSeconds).CpuSeconds, 2),
            Math.Round(silo.ResidentBytes / Megabyte, 1), silo.PrivateBytes is { } bytes ? Math.Round(bytes / Megabyte, 1) : null)).ToList();
        var counters = Counted(before, after);
        return phase with
        {
            Silos = processes,
            SiloCpuSeconds = processes.Count == 0 ? null : Math.Round(processes.Sum(silo => silo.CpuSeconds), 2),
            ToolCpuSeconds = Math.Round(after.ToolCpu - before.ToolCpu, 2),
            ServerCpuSeconds = after.ServerCpu - before.ServerCpu is { } cpu ? Math.Round(cpu, 2) : null,
            Requests = counters?.Requests,
            Writes = counters?.Writes,
            FoosSeen = seen.Foos,
            DeploymentsSeen = seen.Deployments,
            EventsSeen = seen.Events,
        };
    }

    /// <summary>What all silos have counted between two readings; null when they cannot be asked.</summary>
    public static SiloCounters? Counted(Reading before, Reading after) => after.Counters?
        .Select(silo => silo.Value.Since(before.Counters?.GetValueOrDefault(silo.Key) ?? SiloCounters.None))
        .Aggregate(SiloCounters.None, static (all, each) => all.Plus(each));

    /// <summary>What became of some changes.</summary>
    public PhaseResult Changes(string phase, ChangeSet set)
    {
        var changes = set.Changes;
        var first = changes.Count == 0 ? 0 : changes.Min(change => change.Due);
        var last = changes.Count == 0 ? 0 : changes.Max(change => change.Ready);
        var seconds = last == 0 ? 0 : clock.GetElapsedTime(first, last).TotalSeconds;
        return new PhaseResult
        {
            Phase = phase,
            Asked = set.Asked,
            Accepted = set.Accepted,
            Ready = set.Ready,
            Refused = set.Refused,
            Seconds = Math.Round(seconds, 2),
            PerSecond = seconds > 0 ? Math.Round(set.Ready / seconds, 1) : null,
            UntilAccepted = Latencies.Of(changes.Where(change => change.Accepted != 0).Select(change => Between(change.Due, change.Accepted))),
            AcceptedToFollowed = Latencies.Of(changes.Where(change => change.Accepted != 0 && change.Followed != 0).Select(change => Between(change.Accepted, change.Followed))),
            UntilFollowed = Latencies.Of(changes.Where(change => change.Followed != 0).Select(change => Between(change.Due, change.Followed))),
            UntilReady = Latencies.Of(changes.Where(change => change.Ready != 0).Select(change => Between(change.Due, change.Ready))),
            SentLate = Latencies.Of(changes.Select(change => Between(change.Due, change.Sent))),
        };
    }

    /// <summary>Adds the names of what did not converge.</summary>
    public PhaseResult Missing(PhaseResult phase)
    {
        var missing = tracker.NotConverged();
        return phase with
        {
            NotConverged = missing.Count,
            NotConvergedNames = [.. missing.OrderBy(foo => foo.Key.ToString(), StringComparer.Ordinal).Take(NamesKept).Select(foo => $"{foo.Key}: {foo.Missing}")],
        };
    }

    /// <summary>Milliseconds between two timestamps. What was seen before the answer came took no time.</summary>
    private double Between(long from, long to) => Math.Max(0, clock.GetElapsedTime(from, to).TotalMilliseconds);
}
