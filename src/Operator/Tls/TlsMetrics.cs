using System.Diagnostics.Metrics;

namespace OrleansOperator.Silo.Tls;

/// <summary>What to watch of TLS between silos: until when the own certificate is valid, and who is refused.</summary>
internal sealed class TlsMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansOperator.Tls";

    private readonly Counter<long> _refused;

    /// <summary>Creates the instruments.</summary>
    public TlsMetrics(IMeterFactory meters, SiloCertificates certificates)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "silo_certificate_expiration_timestamp_seconds", () => new DateTimeOffset(certificates.Current.Certificate.NotAfter).ToUnixTimeSeconds(),
            null, "When the certificate that this silo shows to others expires, since unix epoch in seconds.");
        _refused = meter.CreateCounter<long>("silo_connections_refused_total", null, "Connections between silos that this silo refused.");
        foreach (var cause in PeerRefusal.Causes)
            _refused.Add(0, Tag(cause));
    }

    /// <summary>Counts a connection.</summary>
    public void Refused(string cause) => _refused.Add(1, Tag(cause));

    private static KeyValuePair<string, object?> Tag(string cause) => new("cause", cause);
}
