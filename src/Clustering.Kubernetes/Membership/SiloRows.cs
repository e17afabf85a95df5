using System.Text.Json;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>Rows as Orleans knows them, and as they are stored.</summary>
internal static class SiloRows
{
    /// <param name="entry">What Orleans writes.</param>
    /// <param name="version">The table's version with this write.</param>
    /// <param name="pod">The pod that the silo runs in, if it is known.</param>
    public static SiloRow FromEntry(MembershipEntry entry, int version, PodReference? pod) => new()
    {
        Silo = entry.SiloAddress.ToParsableString(),
        Version = version,
        Status = entry.Status,
        SiloName = entry.SiloName,
        HostName = entry.HostName,
        RoleName = entry.RoleName,
        ProxyPort = entry.ProxyPort,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = Utc(entry.StartTime),
        AliveTime = Utc(entry.IAmAliveTime),
        Suspicions = entry.SuspectTimes is { Count: > 0 } suspects
            ? [.. suspects.Select(static suspect => new Suspicion(suspect.Item1.ToParsableString(), Utc(suspect.Item2)))]
            : null,
        Pod = pod,
    };

    /// <param name="row">What is stored.</param>
    /// <param name="heartbeat">The silo's last heartbeat, if it has sent one.</param>
    public static Tuple<MembershipEntry, string> ToMember(SiloRow row, DateTime? heartbeat) => Tuple.Create(
        new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(row.Silo),
            Status = row.Status,
            SiloName = row.SiloName ?? "",
            HostName = row.HostName ?? "",
            RoleName = row.RoleName,
            ProxyPort = row.ProxyPort,
            UpdateZone = row.UpdateZone,
            FaultZone = row.FaultZone,
            StartTime = Utc(row.StartTime),
            IAmAliveTime = LastSignOfLife(row, heartbeat),
            SuspectTimes = [.. (row.Suspicions ?? []).Select(static suspicion =>
                Tuple.Create(SiloAddress.FromParsableString(suspicion.Silo), Utc(suspicion.Time)))],
        },
        Etag(row));

    public static string Etag(SiloRow row) => row.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>When anything last happened to the silo: a start, a heartbeat, or a vote that it is dead.</summary>
    public static DateTime LastUpdate(SiloRow row, DateTime? heartbeat)
    {
        var last = LastSignOfLife(row, heartbeat);
        last = row.StartTime > last ? Utc(row.StartTime) : last;
        foreach (var suspicion in row.Suspicions ?? [])
            last = suspicion.Time > last ? Utc(suspicion.Time) : last;
        return last;
    }

    /// <summary>Whether two rows say the same, versions included.</summary>
    public static bool Same(SiloRow one, SiloRow other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, MembershipJson.Default.SiloRow).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, MembershipJson.Default.SiloRow));

    private static DateTime LastSignOfLife(SiloRow row, DateTime? heartbeat) =>
        heartbeat > row.AliveTime ? heartbeat.Value : Utc(row.AliveTime);

    // Orleans means UTC wherever it does not say so.
    private static DateTime Utc(DateTime time) =>
        time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
