using static OrleansOperator.Silo.Settings.SettingValue;

namespace OrleansOperator.Silo.Settings;

/// <summary>All settings, in the order in which the help shows them.</summary>
internal static class SettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("dev", null, "Run against an API server inside this process, with the CRDs and example Foos applied.", null,
            (s, v) => s with { Dev = Flag(v) }),
        new("api-port", "PORT", "Port of the API server that --dev starts.", "7443",
            (s, v) => s with { ApiPort = Port(v) }),
        new("available-delay", "TIME", "With --dev: how long replicas take to become available.", "1s",
            (s, v) => s with { AvailableDelay = Duration(v, TimeSpan.Zero) }),
        new("kubeconfig", "FILE", "The kubeconfig file.", "inside a pod its service account, elsewhere the usual kubeconfig",
            (s, v) => s with { Kubeconfig = v }),
        new("context", "NAME", "The context of the kubeconfig.", "its current context",
            (s, v) => s with { Context = v }),
        new("master", "URL", "URL of the API server, in place of the kubeconfig's.", null,
            (s, v) => s with { Master = Url(v) }),
        new("namespace", "NS", "Work in this namespace only; may be repeated.", "all namespaces",
            (s, v) => s with { Namespaces = Namespaces(v) }) { IsList = true },
        new("urls", "URL", "Addresses of probes and metrics.", "http://*:8080 inside a pod, http://127.0.0.1:8080 elsewhere",
            (s, v) => s with { Urls = Urls(v) }) { IsList = true },
        new("admin-urls", "URL", "Addresses of the dashboard, which has no log-in of its own.", "http://127.0.0.1:8081",
            (s, v) => s with { AdminUrls = Urls(v) }) { IsList = true },
        new("clustering", "KIND", "Where silos find each other: kubernetes or localhost.", "kubernetes inside a pod, localhost elsewhere",
            (s, v) => s with { Clustering = Kind(v) }),
        new("cluster-id", "ID", "Silos with the same cluster id share the work.", "orleans-operator",
            (s, v) => s with { ClusterId = v }),
        new("service-id", "ID", "Orleans' service id.", "orleans-operator",
            (s, v) => s with { ServiceId = v }),
        new("advertised-ip", "IP", "Address that other silos reach this one at.", "the pod's address, 127.0.0.1 elsewhere",
            (s, v) => s with { AdvertisedIp = Ip(v) }),
        new("silo-port", "PORT", "Port for the other silos.", "11111",
            (s, v) => s with { SiloPort = Number(v, 1, 65535) }),
        new("gateway-port", "PORT", "Port for Orleans clients; 0 for none.", "30000",
            (s, v) => s with { GatewayPort = Port(v) }),
        new("probe-timeout", "TIME", "How long another silo may take to answer a probe; a silo that has died is given up after about this time, one that hangs after about four times this.", "2s",
            (s, v) => s with { ProbeTimeout = Duration(v, TimeSpan.FromMilliseconds(500)) }),
        new("heartbeat-period", "TIME", "How often this silo renews its Lease.", "5s",
            (s, v) => s with { HeartbeatPeriod = Duration(v, TimeSpan.FromSeconds(1)) }),
        new("pod-selector", "LABELS", "Label selector of the silos' pods, such as app=orleans-operator: the silo of a deleted pod is declared dead at once.", "all pods in the namespace",
            (s, v) => s with { PodSelector = LabelSelector(v) }),
        new("feed-standbys", "N", "How many silos keep each feed warm beside the one that delivers it, to take over without a list; each costs the API server a watch.", "1",
            (s, v) => s with { FeedStandbys = Number(v, 0, 100) }),
        new("max-concurrent-reconciles", "N", "How many Foos this silo reconciles at once.", "32",
            (s, v) => s with { MaxConcurrentReconciles = Number(v, 1, 10_000) }),
        new("max-concurrent-requests", "N", "How many API requests of this silo are in flight at once.", "32",
            (s, v) => s with { MaxConcurrentRequests = Number(v, 1, 10_000) }),
        new("resync-period", "TIME", "How often what was given up, such as an invalid object, is tried again.", "10m",
            (s, v) => s with { ResyncPeriod = Duration(v, TimeSpan.FromSeconds(1)) }),
        new("feed-ranges", "KIND=N", "Divide the feeds of a kind into N uid ranges, such as foos=4.", "one range per kind",
            (s, v) => s with { FeedRanges = Ranges(v) }) { IsList = true },
        new("log-level", "LEVEL", "trace, debug, information, warning or error.", "information",
            (s, v) => s with { LogLevel = Level(v) }),
    ];
}
