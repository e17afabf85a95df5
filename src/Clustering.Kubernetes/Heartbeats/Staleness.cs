using Orleans.Configuration;

namespace OrleansOperator.Clustering.Kubernetes.Heartbeats;

/// <summary>When a heartbeat is too old. Orleans needs fewer votes against others, and none for a silo that joins, where heartbeats are.</summary>
internal static class Staleness
{
    /// <summary>The least time: that of an outage of the API server that nobody is to notice.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(60);

    private const int GapPeriods = 3;

    /// <summary>
    /// Raises <see cref="ClusterMembershipOptions.NumMissedTableIAmAliveLimit"/> to cover at least a minute, and the time for which Orleans
    /// goes by heartbeats that it read before (<see cref="ClusterMembershipOptions.TableRefreshTimeout"/>).
    /// </summary>
    public static void Extend(ClusterMembershipOptions options)
    {
        var period = options.IAmAliveTablePublishTimeout;
        if (period <= TimeSpan.Zero)
            return;

        var refresh = options.TableRefreshTimeout < TimeSpan.FromMinutes(5) ? options.TableRefreshTimeout : TimeSpan.Zero;
        var least = refresh + (GapPeriods * period) is var needed && needed > Least ? needed : Least;
        options.NumMissedTableIAmAliveLimit = Math.Max(options.NumMissedTableIAmAliveLimit, (int)Math.Ceiling(least / period));
    }

    /// <summary>After how long without an answer of the API server silence proves nothing.</summary>
    public static TimeSpan ContactGap(ClusterMembershipOptions options) => options.IAmAliveTablePublishTimeout * GapPeriods;
}
