using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Pods;

/// <summary>
/// Who declares the silo of a vanished pod dead: two silos at once, the others only when it has not been done a while later, so that a
/// hundred silos do not write the same row. Active silos come first; among silos that all join, those judge.
/// </summary>
internal static class JudgeRank
{
    private const int First = 2;

    /// <summary>What each further one waits for those before it, up to the longest wait.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo waits before it declares another dead.</summary>
    /// <param name="rows">The membership table.</param>
    /// <param name="accused">The silos that seem to be gone, in Orleans' parsable form: they judge nobody.</param>
    /// <param name="self">The silo that asks, in the same form.</param>
    public static TimeSpan Delay(IEnumerable<SiloRow> rows, IReadOnlySet<string> accused, string self)
    {
        var before = rows
            .Where(row => (row.Status is SiloStatus.Active or SiloStatus.Joining or SiloStatus.Created) && !accused.Contains(row.Silo))
            .OrderBy(static row => row.Status == SiloStatus.Active ? 0 : 1)
            .ThenBy(static row => row.Silo, StringComparer.Ordinal)
            .TakeWhile(row => row.Silo != self)
            .Count();
        var wait = Step * (before - First + 1);
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < Longest ? wait : Longest;
    }
}
