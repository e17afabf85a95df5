using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Fencing;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// The membership table: one OrleansCluster object has all rows and the version. What cannot be decided is thrown, and tried again
/// by the caller; <c>false</c> says only that the table is not what the caller thought.
/// </summary>
internal sealed partial class KubernetesMembershipTable(
    OrleansClusterStore clusters,
    HeartbeatStore heartbeats,
    IEvictionGuard guard,
    FencingKey fencingKey,
    IOptions<KubernetesClusteringOptions> options,
    ILogger<KubernetesMembershipTable> logger)
{
    /// <summary>How often a write is tried that depends on nothing Orleans has read.</summary>
    private const int Tries = 10;

    /// <summary>How often a write without an answer is sent again, on the same condition, before the caller is told that nobody knows.</summary>
    private const int Resends = 3;

    private PodReference? Pod => options.Value is { PodName: { Length: > 0 } name, PodUid: { Length: > 0 } uid }
        ? new PodReference(options.Value.PodNamespace ?? clusters.Cluster.Namespace, name, uid)
        : null;

    /// <summary>Which table it is.</summary>
    public TableContinuity Continuity => clusters.Continuity;

    /// <summary>Creates the table unless it exists.</summary>
    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken)
    {
        if (await clusters.FindAsync(cancellationToken) is null && tryInitTableVersion)
            await clusters.CreateAsync(cancellationToken);
    }

    /// <summary>Checks that a silo may join the silos of the table.</summary>
    /// <exception cref="OrleansException">It may not: neither could reach the other.</exception>
    public async Task CheckNeighboursAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        if (await clusters.FindAsync(cancellationToken) is { } table && NeighbourRule.Refusal(table.Table, silo, clusters.Cluster) is { } refusal)
            throw new OrleansException(refusal);
    }

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        clusters.DeleteAsync(clusterId, cancellationToken);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken)
    {
        var (table, alive) = await ReadEverythingAsync(cancellationToken);
        var silo = key.ToParsableString();
        return TableChange.Find(table.Table, silo) is { } row
            ? new MembershipTableData(Member(row, alive), Version(table))
            : new MembershipTableData(Version(table));
    }

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        // Who leaves a table that was deleted has left.
        if (clusters.Continuity is { HasLeft: true, Known: { } known } && await clusters.FindAsync(cancellationToken) is null)
            return new MembershipTableData(new TableVersion(known.Version, ""));
        var (table, alive) = await ReadEverythingAsync(cancellationToken);
        return new MembershipTableData(
            [.. table.Table.Silos.Select(row => Member(row, alive))], Version(table));
    }

    public async Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        if (clusters.Continuity.HasLeft && await clusters.FindAsync(cancellationToken) is null)
            return true;
        var table = await clusters.ReadAsync(cancellationToken);
        var row = SiloRows.FromEntry(entry, tableVersion.Version, clusters.Clock) with { Pod = Pod, FencingKeyHash = fencingKey.Hash };
        if (table.Etag != tableVersion.VersionEtag
            || TableChange.Insert(table.Table, row, tableVersion.Version, options.Value.MaxDeadSilos) is not { } change
            || !await WriteAsync(table, change, cancellationToken))
        {
            return false;
        }

        await ForgetAsync(change.Removed.Select(static removed => removed.Silo), cancellationToken);
        return true;
    }

    public async Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        var table = await clusters.ReadAsync(cancellationToken);
        var row = SiloRows.FromEntry(entry, tableVersion.Version, clusters.Clock);
        if (table.Etag != tableVersion.VersionEtag
            || TableChange.Find(table.Table, row.Silo) is not { } current
            || await guard.JudgeAsync(table.Table, current, row, cancellationToken) is not { } judged
            || TableChange.Update(table.Table, judged, etag, tableVersion.Version) is not { } change
            || !await WriteAsync(table, change, cancellationToken))
        {
            return false;
        }

        guard.Written(current, judged);
        return true;
    }

    /// <summary>Declares a silo dead, whatever is written meanwhile.</summary>
    /// <returns>True: it was written. False: it is not allowed. Null: there is nothing to write.</returns>
    public async Task<bool?> EvictAsync(string silo, Eviction eviction, Func<OrleansClusterStatus, bool>? isAllowed, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var table = await clusters.ReadAsync(cancellationToken);
            if (TableChange.Evict(table.Table, silo, eviction) is not { } change)
                return null;
            if (isAllowed?.Invoke(table.Table) == false)
                return false;
            if (await WriteAsync(table, change, cancellationToken))
                return true;
            if (tries == Tries)
                throw new OrleansException($"The row of silo {silo} could not be written in {Tries} tries: others write the table all the time.");
        }
    }

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        heartbeats.WriteAsync(entry.SiloAddress, clusters.Clock.ToServer(entry.IAmAliveTime), cancellationToken);

    public async Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken)
    {
        var before = clusters.Clock.ToServer(beforeDate.UtcDateTime);
        for (var tries = 1; ; tries++)
        {
            var (table, alive) = await ReadEverythingAsync(cancellationToken);
            var change = TableChange.Cleanup(table.Table, alive, before);
            try
            {
                if (change.Removed.Count > 0)
                    await clusters.WriteAsync(table, change.Table, cancellationToken);
            }
            catch (KubeApiException e) when (e.IsConflict && tries < Tries)
            {
                continue;
            }

            // Heartbeats whose silo has no row any more go too: those of rows removed whose heartbeat could not be, then.
            var kept = change.Table.Silos.Select(static row => row.Silo).ToHashSet(StringComparer.Ordinal);
            await ForgetAsync(alive.Where(beat => !kept.Contains(beat.Key) && beat.Value < before).Select(static beat => beat.Key), cancellationToken);
            return;
        }
    }

    private Tuple<MembershipEntry, string> Member(SiloRow row, IReadOnlyDictionary<string, DateTime> alive) =>
        SiloRows.ToMember(row, TableChange.Heartbeat(alive, row), clusters.Clock, clusters.Contact.Recovered);

    private static TableVersion Version(OrleansClusterObject table) => new(table.Table.Version, table.Etag);

    /// <summary>No answer, or an error of the server's own, such as a time-out of etcd: the write may have landed all the same.</summary>
    private static bool MayHaveLanded(KubeApiException e) => e.IsAmbiguous || e.Code >= HttpStatusCode.InternalServerError;

    private async Task<(OrleansClusterObject Table, IReadOnlyDictionary<string, DateTime> Alive)> ReadEverythingAsync(CancellationToken cancellationToken)
    {
        var table = clusters.ReadAsync(cancellationToken);
        var alive = heartbeats.ReadAllAsync(cancellationToken);
        await Task.WhenAll(table, alive);
        return (await table, await alive);
    }

    /// <summary>
    /// Writes, exactly once. A conflict is asked about as well as an answer that did not come: transports repeat requests by themselves, and
    /// the conflict may be with this write itself.
    /// </summary>
    private async Task<bool> WriteAsync(OrleansClusterObject read, TableChange change, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var signed = change.Signed(id);
        for (var sent = 1; ; sent++)
        {
            KubeApiException error;
            try
            {
                await clusters.WriteAsync(read, signed.Table, cancellationToken);
                return true;
            }
            catch (KubeApiException e) when (e.IsConflict || MayHaveLanded(e))
            {
                error = e;
            }

            var outcome = TableChange.Outcome(read, await clusters.ReadAsync(cancellationToken), signed.Table.Version, id);
            if (outcome == true)
                Log.Landed(logger, signed.Table.Version, error.Message);
            if (outcome is { } known)
                return known;

            // Not written yet. Sent again, it either lands once or meets itself; a conflict that names no other write is one that was made up.
            if (error.IsConflict)
                return false;
            if (sent == Resends || error.Code is not null)
                throw error;
        }
    }

    /// <summary>Removes heartbeats. One that stays does no harm, and goes with the next clean-up.</summary>
    private async Task ForgetAsync(IEnumerable<string> silos, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var silo in silos)
                await heartbeats.DeleteAsync(silo, cancellationToken);
        }
        catch (KubeApiException e)
        {
            Log.HeartbeatStays(logger, AccessDiagnosis.Describe(e) ?? e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Version {Version} of the membership table was written, though its write was not acknowledged: {Problem}")]
        public static partial void Landed(ILogger logger, int version, string problem);

        [LoggerMessage(LogLevel.Warning, "The heartbeat of a silo that is gone could not be removed: {Problem}")]
        public static partial void HeartbeatStays(ILogger logger, string problem);
    }
}
