using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// The membership table: one OrleansCluster object has all rows and the version. What cannot be decided is thrown, and tried again
/// by the caller; <c>false</c> says only that the table is not what the caller thought.
/// </summary>
internal sealed partial class KubernetesMembershipTable(
    OrleansClusterStore clusters,
    HeartbeatStore heartbeats,
    IOptions<KubernetesClusteringOptions> options,
    ILogger<KubernetesMembershipTable> logger)
{
    private const int CleanupTries = 5;

    private PodReference? Pod => options.Value is { PodName: { Length: > 0 } name, PodUid: { Length: > 0 } uid }
        ? new PodReference(options.Value.PodNamespace ?? clusters.Cluster.Namespace, name, uid)
        : null;

    /// <summary>Creates the table unless it exists.</summary>
    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken)
    {
        if (await clusters.FindAsync(cancellationToken) is null && tryInitTableVersion)
            await clusters.CreateAsync(cancellationToken);
    }

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        clusters.DeleteAsync(clusterId, cancellationToken);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken)
    {
        var (table, alive) = await ReadEverythingAsync(cancellationToken);
        var silo = key.ToParsableString();
        return table.Table.Silos.FirstOrDefault(row => row.Silo == silo) is { } row
            ? new MembershipTableData(SiloRows.ToMember(row, TableChange.Heartbeat(alive, row)), Version(table))
            : new MembershipTableData(Version(table));
    }

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        var (table, alive) = await ReadEverythingAsync(cancellationToken);
        return new MembershipTableData(
            [.. table.Table.Silos.Select(row => SiloRows.ToMember(row, TableChange.Heartbeat(alive, row)))], Version(table));
    }

    public async Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        var table = await clusters.ReadAsync(cancellationToken);
        var row = SiloRows.FromEntry(entry, tableVersion.Version, Pod);
        if (table.Etag != tableVersion.VersionEtag
            || TableChange.Insert(table.Table, row, tableVersion.Version, options.Value.MaxDeadSilos) is not { } change
            || !await WriteAsync(table, change, row.Silo, cancellationToken))
        {
            return false;
        }

        await ForgetAsync(change.Removed.Select(static removed => removed.Silo), cancellationToken);
        return true;
    }

    public async Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        var table = await clusters.ReadAsync(cancellationToken);
        var row = SiloRows.FromEntry(entry, tableVersion.Version, null);
        return table.Etag == tableVersion.VersionEtag
            && TableChange.Update(table.Table, row, etag, tableVersion.Version) is { } change
            && await WriteAsync(table, change, row.Silo, cancellationToken);
    }

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        heartbeats.WriteAsync(entry.SiloAddress, entry.IAmAliveTime, cancellationToken);

    public async Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var (table, alive) = await ReadEverythingAsync(cancellationToken);
            var change = TableChange.Cleanup(table.Table, alive, beforeDate.UtcDateTime);
            try
            {
                if (change.Removed.Count > 0)
                    await clusters.WriteAsync(table, change.Table, cancellationToken);
            }
            catch (KubeApiException e) when (e.IsConflict && tries < CleanupTries)
            {
                continue;
            }

            // Heartbeats whose silo has no row any more go too: those of rows removed whose heartbeat could not be, then.
            var kept = change.Table.Silos.Select(static row => row.Silo).ToHashSet(StringComparer.Ordinal);
            await ForgetAsync(alive.Where(beat => !kept.Contains(beat.Key) && beat.Value < beforeDate.UtcDateTime).Select(static beat => beat.Key), cancellationToken);
            return;
        }
    }

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

    private async Task<bool> WriteAsync(OrleansClusterObject read, TableChange change, string silo, CancellationToken cancellationToken)
    {
        try
        {
            await clusters.WriteAsync(read, change.Table, cancellationToken);
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict)
        {
            return false;
        }
        catch (KubeApiException e) when (MayHaveLanded(e))
        {
            // The row carries the version that it was written with: where it stands so in the table, the write has landed.
            var written = change.Table.Silos.First(row => row.Silo == silo);
            var now = await clusters.ReadAsync(cancellationToken);
            if (now.Table.Silos.FirstOrDefault(row => row.Silo == silo) is { } found && SiloRows.Same(found, written))
            {
                Log.Landed(logger, silo, e.Message);
                return true;
            }

            throw;
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
        [LoggerMessage(LogLevel.Information, "The row of silo {Silo} was written, though its write was not acknowledged: {Problem}")]
        public static partial void Landed(ILogger logger, string silo, string problem);

        [LoggerMessage(LogLevel.Warning, "The heartbeat of a silo that is gone could not be removed: {Problem}")]
        public static partial void HeartbeatStays(ILogger logger, string problem);
    }
}
