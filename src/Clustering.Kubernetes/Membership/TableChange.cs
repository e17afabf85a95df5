namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>A write to the membership table: what it shall be, and which rows that removes.</summary>
internal sealed record TableChange(OrleansClusterStatus Table, IReadOnlyList<SiloRow> Removed)
{
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
        return new TableChange(Of(version, [.. table.Silos.Except(removed), row]), removed);
    }

    /// <summary>Replaces a row; null when there is none, or when it has been written since <paramref name="etag"/>. The pod stays.</summary>
    public static TableChange? Update(OrleansClusterStatus table, SiloRow row, string etag, int version)
    {
        if (table.Silos.FirstOrDefault(other => other.Silo == row.Silo) is not { } current || SiloRows.Etag(current) != etag)
            return null;

        return new TableChange(Of(version, [.. table.Silos.Select(other => ReferenceEquals(other, current) ? row with { Pod = current.Pod } : other)]), []);
    }

    /// <summary>Removes the Dead rows to which nothing has happened since <paramref name="before"/>; the version stays.</summary>
    public static TableChange Cleanup(OrleansClusterStatus table, IReadOnlyDictionary<string, DateTime> heartbeats, DateTime before)
    {
        var removed = table.Silos
            .Where(row => row.Status == SiloStatus.Dead && SiloRows.LastUpdate(row, Heartbeat(heartbeats, row)) < before)
            .ToList();
        return new TableChange(Of(table.Version, [.. table.Silos.Except(removed)]), removed);
    }

    public static DateTime? Heartbeat(IReadOnlyDictionary<string, DateTime> heartbeats, SiloRow row) =>
        heartbeats.TryGetValue(row.Silo, out var time) ? time : null;

    private static OrleansClusterStatus Of(int version, IReadOnlyList<SiloRow> silos) => new()
    {
        Version = version,
        ActiveSilos = silos.Count(static row => row.Status == SiloStatus.Active),
        Silos = silos,
    };
}
