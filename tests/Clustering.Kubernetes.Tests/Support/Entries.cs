using System.Net;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>Rows of silos that there might be.</summary>
internal static class Entries
{
    private static int s_port = 10_000;

    /// <summary>A silo at an address that no other has.</summary>
    public static MembershipEntry New(SiloStatus status = SiloStatus.Active, string ip = "10.1.2.3", int proxyPort = 30_000, DateTime? at = null, int generation = 1)
    {
        var time = Truncate(at ?? DateTime.UtcNow);
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.New(IPAddress.Parse(ip), Interlocked.Increment(ref s_port), generation),
            HostName = "host",
            SiloName = "silo",
            RoleName = "role",
            Status = status,
            ProxyPort = proxyPort,
            UpdateZone = 1,
            FaultZone = 2,
            StartTime = time,
            IAmAliveTime = time,
            SuspectTimes = [],
        };
    }

    public static MembershipEntry WithSuspects(this MembershipEntry entry, params SiloAddress[] suspects)
    {
        foreach (var suspect in suspects)
            entry.AddSuspector(suspect, entry.StartTime);
        return entry;
    }

    // A Lease keeps microseconds.
    private static DateTime Truncate(DateTime time) => new(time.Ticks - (time.Ticks % 10), DateTimeKind.Utc);
}
