using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>When a silo that cannot write its heartbeats leaves the cluster: late rather than wrongly.</summary>
internal static class FencingRule
{
    /// <summary>No two silos are fenced within this time: what hits one after the other hits the API server, not them.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Rounds that must have failed, each over the usual and over a fresh connection.</summary>
    private const int LeastRounds = 2;

    /// <summary>How many periods without a heartbeat it takes, from the last that was written.</summary>
    private const double LeastPeriods = 2.5;

    /// <summary>Decides for a silo by what it knows.</summary>
    public static FencingVerdict Decide(in FencingFacts facts)
    {
        if (facts.FailedRounds == 0 || facts.SinceSuccess < facts.Period)
            return FencingVerdict.Stay;

        // A whole round of this silo's must have failed after the peer's success: an API server that comes back is seen by one first.
        var isAlone = facts.SincePeerSuccess < facts.SinceFirstFailure && facts.SincePeerSuccess > facts.SinceLastFailure;
        return isAlone && facts.FailedRounds >= LeastRounds && facts.SinceSuccess >= facts.Period * LeastPeriods
            ? FencingVerdict.Leave
            : FencingVerdict.AskPeers;
    }

    /// <summary>Why a silo that asks to be declared dead is not; null when it is.</summary>
    /// <param name="table">The table.</param>
    /// <param name="silo">The silo that asks.</param>
    /// <param name="secret">What it shows for being that silo.</param>
    /// <param name="now">The API server's time.</param>
    public static string? Refusal(OrleansClusterStatus table, string silo, string? secret, DateTime now)
    {
        if (!FencingKey.Matches(secret, TableChange.Find(table, silo)?.FencingKeyHash))
            return "who asks is not that silo";

        var latest = table.Silos.Where(static row => row.Eviction?.Cause == EvictionCause.Fenced).Select(static row => (DateTime?)row.Eviction!.Time).Max();
        return latest is { } time && (now - time).Duration() < Interval
            ? FormattableString.Invariant($"another was fenced less than {Interval.TotalSeconds:0} s ago")
            : null;
    }
}
