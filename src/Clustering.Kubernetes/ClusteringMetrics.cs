using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansOperator.Clustering.Kubernetes.Evictions;

namespace OrleansOperator.Clustering.Kubernetes;

/// <summary>Metrics of this silo's membership: how old its own heartbeat is, how many silos it knows, and which of them it votes against or evicts.</summary>
public sealed class ClusteringMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansOperator.Clustering";

    private static readonly SiloStatus[] Statuses =
        [SiloStatus.Created, SiloStatus.Joining, SiloStatus.Active, SiloStatus.ShuttingDown, SiloStatus.Stopping, SiloStatus.Dead];

    private readonly TimeProvider _clock;
    private readonly Counter<long> _heartbeats;
    private readonly Counter<long> _votes;
    private readonly Counter<long> _evictions;
    private long _written;
    private int _version;
    private int _bytes;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Creates the meter.</param>
    /// <param name="services">Where the membership is found when it is asked for: it needs the heartbeats itself.</param>
    /// <param name="clock">The clock.</param>
    public ClusteringMetrics(IMeterFactory meters, IServiceProvider services, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(clock);
        (_clock, _written) = (clock, clock.GetTimestamp());
        var meter = meters.Create(MeterName);
        _heartbeats = meter.CreateCounter<long>("clustering_heartbeats_total", null, "Total number of this silo's heartbeats, by result (success, error).");
        _heartbeats.Add(0, Result(true));
        _heartbeats.Add(0, Result(false));
        _votes = meter.CreateCounter<long>("clustering_votes_total", null, "Total number of this silo's votes that another is dead.");
        _votes.Add(0);
        _evictions = meter.CreateCounter<long>("clustering_evictions_total", null, $"Total number of silos that this silo declared dead, by cause ({string.Join(", ", EvictionCause.All)}).");
        foreach (var cause in EvictionCause.All)
            _evictions.Add(0, new KeyValuePair<string, object?>("cause", cause));
        meter.CreateObservableGauge("clustering_table_version", () => Volatile.Read(ref _version), null, "Version of the membership table as this silo last saw it.");
        meter.CreateObservableGauge("clustering_table_bytes", () => Volatile.Read(ref _bytes), null, "Size of the membership table's object as this silo last wrote or watched it, in bytes; the API server takes about 1.5 MB.");
        meter.CreateObservableGauge("clustering_heartbeat_age_seconds", () => _clock.GetElapsedTime(Volatile.Read(ref _written)).TotalSeconds, null, "Seconds since this silo last renewed its Lease; since its start when it has not yet.");
        meter.CreateObservableGauge("clustering_silos", () => Silos(services), null, "Number of silos in this silo's view of the membership, by status.");
    }

    internal void Heartbeat(bool written)
    {
        if (written)
            Volatile.Write(ref _written, _clock.GetTimestamp());
        _heartbeats.Add(1, Result(written));
    }

    internal void Voted() => _votes.Add(1);

    internal void Evicted(string cause) => _evictions.Add(1, new KeyValuePair<string, object?>("cause", cause));

    internal void Table(int version, int bytes)
    {
        Volatile.Write(ref _version, version);
        Volatile.Write(ref _bytes, bytes);
    }

    private static IEnumerable<Measurement<int>> Silos(IServiceProvider services)
    {
        var members = services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values;
        return Statuses.Select(status => new Measurement<int>(
            members.Count(member => member.Status == status), new KeyValuePair<string, object?>("status", status.ToString())));
    }

    private static KeyValuePair<string, object?> Result(bool written) => new("result", written ? "success" : "error");
}
