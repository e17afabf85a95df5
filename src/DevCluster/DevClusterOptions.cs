namespace OrleansOperator.DevCluster;

/// <summary>How a <see cref="DevClusterServer"/> is started.</summary>
public sealed record DevClusterOptions
{
    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Listening address in place of <see cref="Port"/> on loopback, such as <c>https://0.0.0.0:7443</c>. Its scheme counts, and not
    /// <see cref="PlainHttp"/>.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>
    /// Whether to serve plain HTTP, over which kubectl and client-go send no credentials: without <see cref="Token"/> and <see cref="Users"/>,
    /// whoever sends none is the administrator. Otherwise it is HTTPS, with a certificate authority of the server's own.
    /// </summary>
    public bool PlainHttp { get; init; }

    /// <summary>A bearer token of the administrator, besides the client certificate in the kubeconfig.</summary>
    public string? Token { get; init; }

    /// <summary>Users with bearer tokens.</summary>
    public IReadOnlyList<DevClusterUser> Users { get; init; } = [];

    /// <summary>Whether whoever has shown credentials, and whoever has not, may do everything (<c>--authorization-mode AlwaysAllow</c>). Otherwise RBAC decides.</summary>
    public bool AlwaysAllow { get; init; }

    /// <summary>Whether the loops run that every cluster has: the stand-in for the deployment controller, and garbage collection.</summary>
    public bool Loops { get; init; } = true;

    /// <summary>How long the replicas of a Deployment take to become available.</summary>
    public TimeSpan AvailableDelay { get; init; } = TimeSpan.Zero;

    /// <summary>How many changes per resource a watch can resume from; older ones get 410 Gone.</summary>
    public int HistoryLimit { get; init; } = 20_000;

    /// <summary>How many bytes of objects the changes of one resource may hold on to, of which a watch can resume.</summary>
    public long HistoryBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many events may wait for one watcher before it is dropped as too slow.</summary>
    public int WatchQueueLimit { get; init; } = 20_000;

    /// <summary>How many bytes of objects may wait for one watcher before it is dropped as too slow.</summary>
    public long WatchQueueBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How often watches that allow it get a bookmark.</summary>
    public TimeSpan BookmarkPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether <c>shardSelector</c> is understood (KEP-5866, feature gate ShardedListAndWatch); else it is ignored silently.</summary>
    public bool ShardedListAndWatch { get; init; }

    /// <summary>
    /// Whether owners of objects are changed only by who may delete the objects, and <c>blockOwnerDeletion</c> is set only by who may update the
    /// <c>finalizers</c> of the owner: the admission plugin of that name, which OpenShift has.
    /// </summary>
    public bool OwnerReferencesPermissionEnforcement { get; init; }

    /// <summary>
    /// Where the servers behind Services listen, for webhooks that name a service: <c>namespace/name</c> to <c>host:port</c>. They show a certificate
    /// for <c>name.namespace.svc</c>. Nothing runs behind the Services of this server, so that a webhook of a service without an address cannot be called.
    /// </summary>
    public IReadOnlyDictionary<string, string> ServiceAddresses { get; init; } = new Dictionary<string, string>();

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The address to listen on, with its scheme.</summary>
    internal string Address => Url ?? $"{(PlainHttp ? "http" : "https")}://127.0.0.1:{Port}";

    /// <summary>Whether it is HTTPS.</summary>
    internal bool IsSecure => Address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
