using System.Net;
using System.Net.Sockets;

namespace OrleansOperator.Silo.Settings;

/// <summary>The defaults that depend on where the silo runs.</summary>
internal static class SiloAddresses
{
    /// <summary>Whether this process runs in a Kubernetes pod: the kubelet sets this variable in every container.</summary>
    public static bool InsidePod { get; } = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };

    /// <summary>
    /// Probes answer on all addresses of a pod, IPv6 and IPv4, because the kubelet asks whichever the cluster has; on a developer's
    /// machine on loopback only.
    /// </summary>
    public static IReadOnlyList<string> ProbeUrls(this SiloSettings settings) =>
        settings.Urls ?? [InsidePod ? "http://*:8080" : "http://127.0.0.1:8080"];

    /// <summary>
    /// All addresses of the machine: of both families where there is IPv6, because Kestrel and Orleans make their sockets for it
    /// dual-stack; of IPv4 where the kernel has no IPv6.
    /// </summary>
    public static IPAddress AnyAddress { get; } = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

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

    /// <summary>Where the silo listens: on loopback if that is what it advertises, else on all addresses.</summary>
    public static IPEndPoint ListenEndPoint(this SiloSettings settings, int port)
    {
        var ip = settings.Advertised();
        return new IPEndPoint(IPAddress.IsLoopback(ip) ? ip : AnyAddress, port);
    }

    /// <summary>What the silo is called in the membership table: its pod's name, or machine and port outside a pod.</summary>
    public static string SiloName(this SiloSettings settings) =>
        Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : FormattableString.Invariant($"{Environment.MachineName}-{settings.SiloPort}");
}
