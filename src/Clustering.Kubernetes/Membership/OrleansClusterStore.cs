using System.Net;
using System.Text.Json;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>Reads and writes the membership table's object.</summary>
internal sealed class OrleansClusterStore(MembershipApi api, ClusterIdentity cluster, TableContinuity continuity)
{
    private static readonly ResourceType Type = KubernetesTypes.Clusters;

    /// <summary>What it needs to be allowed.</summary>
    public static IReadOnlyList<PermissionRequirement> Permissions { get; } =
    [
        new("get", Type, "read the silos' membership table") { Scope = PermissionScope.Own },
        new("create", Type, "create the membership table where there is none yet") { Scope = PermissionScope.Own, Need = PermissionNeed.Optional },
        new("update", Type, "join and leave the cluster of silos, and declare dead ones dead") { Scope = PermissionScope.Own, Subresource = "status" },
    ];

    public ClusterIdentity Cluster => cluster;

    /// <summary>The API server's clock.</summary>
    public ServerClock Clock => api.Clock;

    /// <summary>Since when the API server is reached.</summary>
    public ApiContact Contact => api.Contact;

    /// <summary>Which table it is.</summary>
    public TableContinuity Continuity => continuity;

    /// <summary>The object as it is; null when there is none.</summary>
    /// <exception cref="OrleansException">The object is another cluster's, or its kind is not known.</exception>
    /// <exception cref="KubeApiException">It could not be read.</exception>
    public async Task<OrleansClusterObject?> FindAsync(CancellationToken cancellationToken)
    {
        var known = continuity.Known;
        try
        {
            return Take(known, await api.SendAsync(Request(HttpMethod.Get, "get", cluster.Name), MembershipJson.Default.OrleansClusterObject, cancellationToken));
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return IsKindUnknown(e) ? throw KindUnknown(e) : null;
        }
    }

    /// <summary>The object as it is.</summary>
    /// <exception cref="OrleansException">It does not exist.</exception>
    /// <exception cref="KubeApiException">It could not be read.</exception>
    public async Task<OrleansClusterObject> ReadAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) ?? throw new OrleansException(
            $"{Type.Kind} {cluster.Namespace}/{cluster.Name} with the membership of cluster \"{cluster.ClusterId}\" does not exist: "
            + "it is created when a silo starts, and must not be deleted while one runs.");

    /// <summary>Makes the object unless it exists.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var body = new OrleansClusterObject
        {
            Metadata = new ObjectMeta { Name = cluster.Name, Namespace = cluster.Namespace },
            Spec = new OrleansClusterSpec(cluster.ClusterId),
        };
        try
        {
            Take(null, await api.SendAsync(Request(HttpMethod.Post, "create", null, body), MembershipJson.Default.OrleansClusterObject, cancellationToken));
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            // Another silo starts at the same time, or an earlier try landed and its answer was lost.
        }
        catch (KubeApiException e) when (IsKindUnknown(e))
        {
            throw KindUnknown(e);
        }
    }

    /// <summary>Writes the table, provided that the object is still the one that was read.</summary>
    /// <exception cref="KubeApiException">It is not (409), or the write failed.</exception>
    public async Task WriteAsync(OrleansClusterObject read, OrleansClusterStatus table, CancellationToken cancellationToken)
    {
        var body = new OrleansClusterObject
        {
            Metadata = new ObjectMeta { Name = cluster.Name, Namespace = cluster.Namespace, Uid = read.Metadata.Uid, ResourceVersion = read.Metadata.ResourceVersion },
            Spec = read.Spec,
            Status = table,
        };
        Take(null, await api.SendAsync(Request(HttpMethod.Put, "update", cluster.Name, body, "status"), MembershipJson.Default.OrleansClusterObject, cancellationToken));
    }

    /// <summary>Deletes a cluster's object if it exists; Kubernetes collects the heartbeats that it owns.</summary>
    public async Task DeleteAsync(string clusterId, CancellationToken cancellationToken)
    {
        try
        {
            await api.SendAsync(
                Request(HttpMethod.Delete, "delete", KubernetesNames.For(clusterId)), MembershipJson.Default.JsonElement, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            // That is what is wanted.
        }
    }

    /// <summary>The uid of the object as last seen: the owner of the heartbeats.</summary>
    public async Task<OwnerReference> OwnerAsync(CancellationToken cancellationToken) =>
        new(Type.ApiVersion, Type.Kind, cluster.Name, continuity.Known?.Uid ?? (await ReadAsync(cancellationToken)).Metadata.Uid ?? "");

    // The API server answers with a Status when an object is missing, and with bare text when it does not know the kind.
    private static bool IsKindUnknown(KubeApiException e) => e.Code == HttpStatusCode.NotFound && e.Reason.Length == 0;

    private static OrleansException KindUnknown(KubeApiException e) => new(
        $"CustomResourceDefinition \"{Type.QualifiedName}\" is missing: install deploy/crds/orleanscluster.yaml. The API server says: {e.Message}", e);

    private OrleansClusterObject Take(TableIncarnation? knownBefore, OrleansClusterObject read)
    {
        if (read.Spec?.ClusterId != cluster.ClusterId)
        {
            throw new OrleansException(
                $"{Type.Kind} {cluster.Namespace}/{cluster.Name} belongs to cluster \"{read.Spec?.ClusterId}\", not to \"{cluster.ClusterId}\": "
                + "choose another ClusterId or another namespace.");
        }

        continuity.Judge(knownBefore, new TableIncarnation(read.Metadata.Uid ?? "", read.Table.Version));
        return read;
    }

    private KubeRequest Request(HttpMethod method, string verb, string? name, OrleansClusterObject? body = null, string? subresource = null) =>
        new(method, name is null ? Type.CollectionPath(cluster.Namespace) : Type.ObjectPath(cluster.Namespace, name, subresource))
        {
            Body = body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body, MembershipJson.Default.OrleansClusterObject),
            Priority = RequestPriority.Vital,
            Target = new RequestTarget(verb, Type.QualifiedName + (subresource is null ? "" : "/" + subresource), cluster.Namespace),
        };
}
