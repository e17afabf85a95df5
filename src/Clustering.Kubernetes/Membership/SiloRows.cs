namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>Rows as Orleans knows them, in this node's time, and as they are stored, in the API server's.</summary>
internal static class SiloRows
{
    /// <summary>Times closer than this are the same, translated by offsets that differ a little.</summary>
    private static readonly TimeSpan SameTime = TimeSpan.FromSeconds(5);

    /// <param name="entry">What Orleans writes.</param>
    /// <param name="version">The table's version with this write.</param>
    /// <param name="clock">The API server's clock.</param>
    public static SiloRow FromEntry(MembershipEntry entry, int version, ServerClock clock) => new()
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
        StartTime = clock.ToServer(Utc(entry.StartTime)),
        AliveTime = clock.ToServer(Utc(entry.IAmAliveTime)),
        Suspicions = entry.SuspectTimes is { Count: > 0 } suspects
            ? [.. suspects.Select(suspect => new Suspicion(suspect.Item1.ToParsableString(), clock.ToServer(Utc(suspect.Item2))))]
            : null,
    };

    /// <summary>
    /// What Orleans writes over what is stored: what Orleans does not know stays, and so does a time that is only the stored one,
    /// translated there and back.
    /// </summary>
    public static SiloRow Merge(SiloRow current, SiloRow row) => row with
    {
        StatusText = row.Status == current.Status ? current.StatusText : row.StatusText,
        StartTime = Stored(current.StartTime, row.StartTime),
        AliveTime = Stored(current.AliveTime, row.AliveTime),
        Suspicions = row.Suspicions is null ? null : [.. row.Suspicions.Select(suspicion => Stored(current, suspicion))],
        Pod = current.Pod,
        FencingKeyHash = current.FencingKeyHash,
        Eviction = row.Eviction ?? current.Eviction,
        Unknown = current.Unknown,
    };

    /// <param name="row">What is stored.</param>
    /// <param name="heartbeat">The silo's last heartbeat, if it has sent one.</param>
    /// <param name="clock">The API server's clock.</param>
    /// <param name="recovered">
    /// When this silo has last lost and found the API server, in this node's time: silence from before counts from then, because nobody may
    /// have been able to write.
    /// </param>
    public static Tuple<MembershipEntry, string> ToMember(SiloRow row, DateTime? heartbeat, ServerClock clock, DateTime? recovered) => Tuple.Create(
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
            StartTime = clock.ToLocal(Utc(row.StartTime)),
            IAmAliveTime = Later(clock.ToLocal(LastSignOfLife(row, heartbeat)), row.Status == SiloStatus.Dead ? null : recovered),
            SuspectTimes = [.. (row.Suspicions ?? []).Select(suspicion =>
                Tuple.Create(SiloAddress.FromParsableString(suspicion.Silo), clock.ToLocal(Utc(suspicion.Time))))],
        },
        Etag(row));

    public static string Etag(SiloRow row) => row.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>When anything last happened to the silo: a start, a heartbeat, or a vote that it is dead.</summary>
    public static DateTime LastUpdate(SiloRow row, DateTime? heartbeat)
    {
        var last = Later(LastSignOfLife(row, heartbeat), Utc(row.StartTime));
        foreach (var suspicion in row.Suspicions ?? [])
            last = Later(last, Utc(suspicion.Time));
        return last;
    }

    /// <summary>The last sign of life, by the API server's clock.</summary>
    public static DateTime LastSignOfLife(SiloRow row, DateTime? heartbeat) => Later(Utc(row.AliveTime), heartbeat);

    private static DateTime Later(DateTime one, DateTime? other) => other > one ? other.Value : one;

    private static DateTime Stored(DateTime stored, DateTime written) => (written - stored).Duration() < SameTime ? Utc(stored) : written;

    private static Suspicion Stored(SiloRow current, Suspicion suspicion) =>
        current.Suspicions?.FirstOrDefault(other => other.Silo == suspicion.Silo) is { } before
            ? suspicion with { Time = Stored(before.Time, suspicion.Time) }
            : suspicion;

    // Orleans means UTC wherever it does not say so.
    private static DateTime Utc(DateTime time) =>
        time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
