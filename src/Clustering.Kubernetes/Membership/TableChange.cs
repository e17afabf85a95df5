using System.Globalization;
using OrleansOperator.Clustering.Kubernetes.Evictions;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>A write to the membership table: what it shall be, and which rows that removes.</summary>
internal sealed record TableChange(OrleansClusterStatus Table, IReadOnlyList<SiloRow> Removed)
{
    /// <summary>How many writes the table remembers: more than can happen between a write and the read that asks what became of it.</summary>
    public const int RememberedWrites = 64;

    /// <summary>
    /// Adds a row; null when the silo has one. In the same write the oldest Dead rows beyond <paramref name="maxDead"/> go,
    /// so that silos in a crash loop do not fill the table faster than Orleans clears it.
    /// </summary>
    public static TableChange? Insert(OrleansClusterStatus table, SiloRow row, int version, int maxDead)
    {
        if (table.Silos.Any(other => other.Silo == row.Silo))
            return null;

        var removed = table.Silos
            .Where(static other => other.Status == SiloStatus.Dead)
            .OrderByDescending(static other => SiloRows.LastUpdate(other, null))
            .Skip(maxDead)
            .ToList();
        return new TableChange(Of(table, version, [.. table.Silos.Except(removed), row]), removed);
    }

    /// <summary>Replaces a row; null when there is none, or when it has been written since <paramref name="etag"/>.</summary>
    public static TableChange? Update(OrleansClusterStatus table, SiloRow row, string etag, int version)
    {
        if (Find(table, row.Silo) is not { } current || SiloRows.Etag(current) != etag)
            return null;

        return new TableChange(Of(table, version, [.. table.Silos.Select(other => ReferenceEquals(other, current) ? SiloRows.Merge(current, row) : other)]), []);
    }

    /// <summary>Declares a silo dead; null when it has no row, or is Dead already.</summary>
    public static TableChange? Evict(OrleansClusterStatus table, string silo, Eviction eviction)
    {
        if (Find(table, silo) is not { } current || current.Status == SiloStatus.Dead)
            return null;

        // The one that declares it is among the suspicions, as where Orleans does it.
        var version = table.Version + 1;
        var row = current with
        {
            Version = version,
            Status = SiloStatus.Dead,
            Suspicions = [.. (current.Suspicions ?? []).Where(suspicion => suspicion.Silo != eviction.By), new Suspicion(eviction.By, eviction.Time)],
            Eviction = eviction,
        };
        return new TableChange(Of(table, version, [.. table.Silos.Select(other => ReferenceEquals(other, current) ? row : other)]), []);
    }

    /// <summary>Removes the Dead rows to which nothing has happened since <paramref name="before"/>; the version stays.</summary>
    public static TableChange Cleanup(OrleansClusterStatus table, IReadOnlyDictionary<string, DateTime> heartbeats, DateTime before)
    {
        var removed = table.Silos
            .Where(row => row.Status == SiloStatus.Dead && SiloRows.LastUpdate(row, Heartbeat(heartbeats, row)) < before)
            .ToList();
        return new TableChange(Of(table, table.Version, [.. table.Silos.Except(removed)]), removed);
    }

    public static DateTime? Heartbeat(IReadOnlyDictionary<string, DateTime> heartbeats, SiloRow row) =>
        heartbeats.TryGetValue(row.Silo, out var time) ? time : null;

    public static SiloRow? Find(OrleansClusterStatus table, string silo) => table.Silos.FirstOrDefault(row => row.Silo == silo);

    /// <summary>The same change, to be found again in the table by its id.</summary>
    public TableChange Signed(string id) => this with
    {
        Table = Table with { RecentWrites = [.. (Table.RecentWrites ?? []).TakeLast(RememberedWrites - 1), Entry(Table.Version, id)] },
    };

    /// <summary>
    /// What became of a signed write whose answer did not come: true when it has landed, false when it has not and never will, null when
    /// that cannot be told.
    /// </summary>
    /// <param name="read">The object on which the write was conditioned.</param>
    /// <param name="now">The object as it is since.</param>
    /// <param name="version">The table's version with the write.</param>
    /// <param name="id">The id that it was signed with.</param>
    public static bool? Outcome(OrleansClusterObject read, OrleansClusterObject now, int version, string id)
    {
        var writes = now.Table.RecentWrites ?? [];
        if (writes.Contains(Entry(version, id)))
            return true;

        // Nothing was written: it may still be on its way.
        if (now.Etag == read.Etag)
            return null;

        // Something else was, and the condition is not met any more. Unless so much was written since that the memory does not reach back.
        var remembers = now.Table.Version < version || writes.Any(write => write.StartsWith(Entry(version, ""), StringComparison.Ordinal));
        return remembers ? false : null;
    }

    private static string Entry(int version, string id) => string.Create(CultureInfo.InvariantCulture, $"{version}:{id}");

    private static OrleansClusterStatus Of(OrleansClusterStatus table, int version, IReadOnlyList<SiloRow> silos) => table with
    {
        Version = version,
        ActiveSilos = silos.Count(static row => row.Status == SiloStatus.Active),
        Silos = silos,
    };
}
