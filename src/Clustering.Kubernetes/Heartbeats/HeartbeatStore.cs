using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Clustering.Kubernetes.Heartbeats;

/// <summary>
/// The silos' heartbeats, a Lease each, so that a heartbeat changes neither the table's version nor its etag. A Lease belongs
/// to the table's object and goes with it.
/// </summary>
internal sealed class HeartbeatStore(MembershipApi api, OrleansClusterStore clusters, IOptions<ClusterMembershipOptions> membership)
{
    private const string FieldManager = "orleans-clustering";

    private static readonly ResourceType Type = KubernetesTypes.Leases;

    /// <summary>What it needs to be allowed.</summary>
    public static IReadOnlyList<PermissionRequirement> Permissions { get; } =
    [
        new("list", Type, "read the silos' heartbeats, and so cannot join them") { Scope = PermissionScope.Own },
        new("create", Type, "send the first heartbeat") { Scope = PermissionScope.Own },
        new("patch", Type, "send heartbeats, and so has no say in which silos are dead") { Scope = PermissionScope.Own },
        new("delete", Type, "remove the heartbeats of silos that are gone") { Scope = PermissionScope.Own, Need = PermissionNeed.Optional },
    ];

    /// <summary>Whose heartbeats they are.</summary>
    public ClusterIdentity Cluster => clusters.Cluster;

    /// <summary>Writes a silo's heartbeat: one request, whether its Lease exists or not.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="time">When, by the API server's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="over">The connections to use; null for the usual ones.</param>
    public async Task WriteAsync(SiloAddress silo, DateTime time, CancellationToken cancellationToken, IKubeApi? over = null)
    {
        var name = Name(silo.ToParsableString());
        var stale = membership.Value.IAmAliveTablePublishTimeout * membership.Value.NumMissedTableIAmAliveLimit;
        var lease = new LeaseObject
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Labels = new Dictionary<string, string> { [KubernetesTypes.ClusterLabel] = Cluster.Name },
                OwnerReferences = [await clusters.OwnerAsync(cancellationToken)],
            },
            Spec = new LeaseSpec(silo.ToParsableString(), (int)Math.Clamp(Math.Ceiling(stale.TotalSeconds), 1, int.MaxValue), DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        };
        var request = Request(HttpMethod.Patch, "patch", Type.ObjectPath(Cluster.Namespace, name) + $"?fieldManager={FieldManager}&force=true") with
        {
            ContentType = KubeMediaTypes.ApplyPatch,
            Body = JsonSerializer.SerializeToUtf8Bytes(lease, MembershipJson.Default.LeaseObject),
        };
        await api.SendAsync(request, MembershipJson.Default.LeaseObject, cancellationToken, over);
    }

    /// <summary>The last heartbeat of each silo that has sent one, by its address in Orleans' parsable form.</summary>
    public async Task<IReadOnlyDictionary<string, DateTime>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var selector = Uri.EscapeDataString($"{KubernetesTypes.ClusterLabel}={Cluster.Name}");
        var request = Request(HttpMethod.Get, "list", Type.CollectionPath(Cluster.Namespace) + "?labelSelector=" + selector);
        var list = await api.SendAsync(request, MembershipJson.Default.LeaseList, cancellationToken);
        var heartbeats = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        foreach (var lease in list.Items ?? [])
        {
            if (lease.Spec is { HolderIdentity: { } silo, RenewTime: { } time })
                heartbeats[silo] = time;
        }

        return heartbeats;
    }

    /// <summary>Removes a silo's heartbeat, if there is one.</summary>
    /// <param name="silo">The silo's address in Orleans' parsable form.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DeleteAsync(string silo, CancellationToken cancellationToken)
    {
        try
        {
            await api.SendAsync(
                Request(HttpMethod.Delete, "delete", Type.ObjectPath(Cluster.Namespace, Name(silo))), MembershipJson.Default.JsonElement, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            // That is what is wanted.
        }
    }

    private string Name(string silo) => Cluster.Name + "-" + KubernetesNames.For(silo);

    private KubeRequest Request(HttpMethod method, string verb, string path) => new(method, path)
    {
        Priority = RequestPriority.Vital,
        Target = new RequestTarget(verb, Type.QualifiedName, Cluster.Namespace),
    };
}
