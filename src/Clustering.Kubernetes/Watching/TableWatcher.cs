using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Clustering.Kubernetes.Watching;

/// <summary>
/// Watches the membership table, so that this silo learns of a change at once, and not when Orleans reads the table the next
/// time (<c>ClusterMembershipOptions.TableRefreshTimeout</c>, a minute).
/// </summary>
internal sealed partial class TableWatcher(
    IKubeApi api,
    ClusterIdentity cluster,
    IClusterMembershipService membership,
    PodWatcher pods,
    OrleansClusterStore clusters,
    ClusteringMetrics metrics,
    TimeProvider clock,
    ILogger<TableWatcher> logger) : IWatchSink, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>How long a refresh may take; Orleans goes on trying to reach a version that may never come back.</summary>
    private static readonly TimeSpan RefreshTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How often the object must be looked for in vain before it counts as deleted.</summary>
    private const int AbsentReads = 3;

    private static readonly TimeSpan AbsentPeriod = TimeSpan.FromSeconds(1);

    /// <summary>After the table has been read for the first time, and before the silo joins.</summary>
    public const int Stage = ServiceLifecycleStage.RuntimeGrainServices + 1;

    /// <summary>What it needs to be allowed. Without, Orleans reads the table once a minute.</summary>
    public static IReadOnlyList<PermissionRequirement> Permissions { get; } =
    [
        new("list", KubernetesTypes.Clusters, "learn at once which silos come and go") { Scope = PermissionScope.Own, Need = PermissionNeed.Optional },
        new("watch", KubernetesTypes.Clusters, "learn at once which silos come and go") { Scope = PermissionScope.Own, Need = PermissionNeed.Optional },
    ];

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer) =>
        observer.RunFrom(Stage, nameof(TableWatcher), RunAsync);

    Task IWatchSink.ReplaceAsync(IReadOnlyList<JsonElement> objects, CancellationToken cancellationToken) =>
        objects.Count == 0 ? ConfirmAbsenceAsync(cancellationToken) : TakeAsync(objects[0], cancellationToken);

    Task IWatchSink.UpsertAsync(JsonElement obj, CancellationToken cancellationToken) => TakeAsync(obj, cancellationToken);

    Task IWatchSink.DeleteAsync(JsonElement obj, CancellationToken cancellationToken)
    {
        if (clusters.Continuity.IsBound)
            Log.Deleted(logger, cluster.Namespace, cluster.Name);
        return ConfirmAbsenceAsync(cancellationToken);
    }

    /// <summary>A watch may be wrong about what there is; reads that all find nothing are not. Reading one of another uid ends the silo as well.</summary>
    private async Task ConfirmAbsenceAsync(CancellationToken cancellationToken)
    {
        for (var reads = 1; clusters.Continuity.IsBound; reads++)
        {
            if (await clusters.FindAsync(cancellationToken) is not null)
                return;
            if (reads == AbsentReads)
                clusters.Continuity.Gone();
            await Task.Delay(AbsentPeriod, clock, cancellationToken);
        }
    }

    private async Task TakeAsync(JsonElement obj, CancellationToken cancellationToken)
    {
        var table = obj.Deserialize(MembershipJson.Default.OrleansClusterObject)!.Table;
        metrics.Table(table.Version, obj.GetRawText().Length);
        pods.TableChanged(table.Silos);
        var version = new MembershipVersion(table.Version);
        if (membership.CurrentSnapshot.Version >= version)
        {
            // A recreated table begins at zero: reading it tells it from an old event.
            if (obj.TryGetProperty("metadata", out var meta) && meta.TryGetProperty("uid", out var uid)
                && clusters.Continuity is { IsBound: true, Known: { } known } && uid.GetString() != known.Uid)
            {
                await clusters.FindAsync(cancellationToken);
            }

            return;
        }

        using var timeout = new CancellationTokenSource(RefreshTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await membership.Refresh(version, either.Token);
    }

    private Task RunAsync(CancellationToken cancellationToken)
    {
        var selector = "fieldSelector=" + Uri.EscapeDataString("metadata.name=" + cluster.Name);
        return new ObjectWatch(api, KubernetesTypes.Clusters, cluster.Namespace, selector, this, clock, logger).RunAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The membership table {Namespace}/{Name} was deleted while silos run. It is read to be sure, and then this silo ends, to join a new one")]
        public static partial void Deleted(ILogger logger, string @namespace, string name);
    }
}
