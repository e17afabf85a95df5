using System.Net;
using System.Net.Sockets;

namespace OrleansOperator.Silo.Settings;

/// <summary>The defaults that depend on where the silo runs.</summary>
internal static class SiloAddresses
{
    /// <summary>Whether this process runs in a Kubernetes pod: the kubelet sets this variable in every container.</summary>
    public static bool InsidePod { get; } = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };

    /// <summary>Probes answer on the pod's address inside a pod, and on loopback on a developer's machine.</summary>
    public static IReadOnlyList<string> ProbeUrls(this SiloSettings settings) =>
        settings.Urls ?? [InsidePod ? "http://0.0.0.0:8080" : "http://127.0.0.1:8080"];

    /// <summary>Kubernetes inside a pod, localhost elsewhere, unless set.</summary>
    public static ClusteringKind ClusteringKind(this SiloSettings settings) =>
        settings.Clustering ?? (InsidePod && !settings.Dev ? Settings.ClusteringKind.Kubernetes : Settings.ClusteringKind.Localhost);

    /// <summary>The pod's address from the downward API (<c>POD_IP</c>), loopback outside a pod.</summary>
    /// <exception cref="SettingsException">Inside a pod, but its address is not known.</exception>
    public static IPAddress Advertised(this SiloSettings settings)
    {
        if (settings.AdvertisedIp is { } ip)
            return ip;
        if (!InsidePod || settings.ClusteringKind() == Settings.ClusteringKind.Localhost)
            return IPAddress.Loopback;
        return IPAddress.TryParse(Environment.GetEnvironmentVariable("POD_IP"), out var pod)
            ? pod
            : throw new SettingsException(
                "The pod's address is not known: set --advertised-ip, or POD_IP from the downward API (status.podIP).");
    }

    /// <summary>Where the silo listens: on all addresses of a pod, on the advertised one elsewhere.</summary>
    public static IPEndPoint ListenEndPoint(this SiloSettings settings, int port)
    {
        var ip = settings.Advertised();
        return new IPEndPoint(IPAddress.IsLoopback(ip) ? ip : ip.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, port);
    }

    /// <summary>What the silo is called in the membership table: its pod's name, or machine and port outside a pod.</summary>
    public static string SiloName(this SiloSettings settings) =>
        Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : FormattableString.Invariant($"{Environment.MachineName}-{settings.SiloPort}");
}
