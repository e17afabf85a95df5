using System.Net;

namespace OrleansOperator.Silo.Settings;

/// <summary>Where Orleans keeps the membership of its cluster of silos.</summary>
public enum ClusteringKind
{
    /// <summary>In the Kubernetes API: what a cluster of several silos needs.</summary>
    Kubernetes,

    /// <summary>In the memory of this one silo.</summary>
    Localhost,
}

/// <summary>Everything a user can set, after command line, environment and appsettings.json have been read.</summary>
public sealed record SiloSettings
{
    /// <summary>Whether to run against an API server of its own, inside the process.</summary>
    public bool Dev { get; init; }

    /// <summary>Port of the API server that <see cref="Dev"/> starts; 0 takes a free one.</summary>
    public int ApiPort { get; init; } = 7443;

    /// <summary>How long the replicas of a Deployment take to become available in <see cref="Dev"/>.</summary>
    public TimeSpan AvailableDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The kubeconfig file, or null for the usual places.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The context of the kubeconfig, or null for its current one.</summary>
    public string? Context { get; init; }

    /// <summary>URL of the API server, in place of the kubeconfig's.</summary>
    public Uri? Master { get; init; }

    /// <summary>The namespaces to work in; empty for all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Addresses of probes and metrics; null for the default.</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Addresses of the admin pages: the fleet pages and the Orleans dashboard.</summary>
    public IReadOnlyList<string> AdminUrls { get; init; } = ["http://127.0.0.1:8081"];

    /// <summary>File with the bearer token of the admin pages; null for none, which loopback addresses only may have.</summary>
    public string? AdminTokenFile { get; init; }

    /// <summary>Where the membership is kept; null for Kubernetes inside a pod and localhost elsewhere.</summary>
    public ClusteringKind? Clustering { get; init; }

    /// <summary>Name of the cluster of silos: silos with one cluster id share the work.</summary>
    public string ClusterId { get; init; } = "orleans-operator";

    /// <summary>Orleans' service id.</summary>
    public string ServiceId { get; init; } = "orleans-operator";

    /// <summary>The address that other silos reach this one at; null for the pod's, or loopback outside a pod.</summary>
    public IPAddress? AdvertisedIp { get; init; }

    /// <summary>Port for the other silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>Port for Orleans clients; 0 for none.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>Folder with tls.crt, tls.key and ca.crt for mutual TLS between silos; null for none.</summary>
    public string? TlsDirectory { get; init; }

    /// <summary>The DNS name that the certificates of all silos have; null for the first one of tls.crt.</summary>
    public string? TlsName { get; init; }

    /// <summary>
    /// How long another silo may take to answer a probe. One that has died is given up after about this time, one that hangs
    /// after about four times this.
    /// </summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often this silo renews its Lease. It is also how soon it notices that the API server cannot be reached, and a silo
    /// whose Lease is three periods old does not keep others from joining.
    /// </summary>
    public TimeSpan HeartbeatPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Which pods are silos; null for all pods in the namespace.</summary>
    public string? PodSelector { get; init; }

    /// <summary>How many silos keep each feed warm beside the one that delivers it.</summary>
    public int FeedStandbys { get; init; } = 1;

    /// <summary>How many Foos this silo reconciles at once.</summary>
    public int MaxConcurrentReconciles { get; init; } = 32;

    /// <summary>How many requests this silo has under way at once, watches not counted.</summary>
    public int MaxConcurrentRequests { get; init; } = 32;

    /// <summary>How often what had been given up is tried again.</summary>
    public TimeSpan ResyncPeriod { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Into how many uid ranges the feeds of a kind are divided, by plural name of the kind.</summary>
    public IReadOnlyDictionary<string, int> FeedRanges { get; init; } = new Dictionary<string, int>();

    /// <summary>The least severe log lines that are written.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>What a log line looks like.</summary>
    public LogFormat LogFormat { get; init; }
}
