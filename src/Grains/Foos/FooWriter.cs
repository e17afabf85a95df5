using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Foos;

/// <summary>The requests that are made for a Foo. Every write is safe when it is stale: fixed names, uids and versions.</summary>
internal sealed class FooWriter(IKubeApi api)
{
    public Task<FooSnapshot> ReadFooAsync(ObjectKey key, RequestPriority priority, CancellationToken cancellationToken) =>
        api.SendAsync(Request(HttpMethod.Get, "get", FooResources.Foos, key, priority), SnapshotJson.Foo, cancellationToken);

    public Task<DeploymentSnapshot> ReadDeploymentAsync(ObjectKey key, RequestPriority priority, CancellationToken cancellationToken) =>
        api.SendAsync(Request(HttpMethod.Get, "get", FooResources.Deployments, key, priority), SnapshotJson.Deployment, cancellationToken);

    /// <summary>Reads who set which fields of a Deployment.</summary>
    public Task<FieldManagers> ReadManagersAsync(ObjectKey key, RequestPriority priority, CancellationToken cancellationToken) =>
        api.SendAsync(Request(HttpMethod.Get, "get", FooResources.Deployments, key, priority), SnapshotJson.Managers, cancellationToken);

    public Task<DeploymentSnapshot> CreateAsync(FooSnapshot foo, FooPlan.Create create, RequestPriority priority, CancellationToken cancellationToken)
    {
        var type = FooResources.Deployments;
        var request = new KubeRequest(HttpMethod.Post, type.CollectionPath(foo.Key.Namespace))
        {
            Body = FooBodies.Deployment(foo, create.Name, create.Replicas),
            Priority = priority,
            Target = new RequestTarget("create", type.QualifiedName, foo.Key.Namespace),
        };
        return api.SendAsync(request, SnapshotJson.Deployment, cancellationToken);
    }

    public Task<DeploymentSnapshot> PatchAsync(FooSnapshot foo, FooPlan.Patch patch, RequestPriority priority, CancellationToken cancellationToken) =>
        api.SendAsync(
            Request(HttpMethod.Patch, "patch", FooResources.Deployments, patch.Deployment.Key, priority) with
            {
                Body = FooBodies.DeploymentPatch(foo, patch),
                ContentType = KubeMediaTypes.StrategicMergePatch,
            },
            SnapshotJson.Deployment,
            cancellationToken);

    /// <summary>Deletes a Deployment. One with finalizers is still there, and is the answer; null when it is gone.</summary>
    public async Task<DeploymentSnapshot?> DeleteAsync(DeploymentSnapshot deployment, RequestPriority priority, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Delete, "delete", FooResources.Deployments, deployment.Key, priority) with { Body = FooBodies.Deletion(deployment) };
        return (await api.SendAsync(request, SnapshotJson.Deletion, cancellationToken)).Left;
    }

    /// <summary>Writes the status, or with a dry run only sees what the server would keep of it.</summary>
    public Task<FooSnapshot> WriteStatusAsync(FooSnapshot foo, FooStatus status, bool dryRun, RequestPriority priority, CancellationToken cancellationToken)
    {
        var type = FooResources.Foos;
        var request = new KubeRequest(HttpMethod.Patch, type.ObjectPath(foo.Key.Namespace, foo.Key.Name, "status") + (dryRun ? "?dryRun=All" : ""))
        {
            Body = FooBodies.Status(foo, status),
            ContentType = KubeMediaTypes.MergePatch,
            Priority = priority,
            Target = new RequestTarget("patch", type.QualifiedName + "/status", foo.Key.Namespace),
        };
        return api.SendAsync(request, SnapshotJson.Foo, cancellationToken);
    }

    private static KubeRequest Request(HttpMethod method, string verb, ResourceType type, ObjectKey key, RequestPriority priority) =>
        new(method, type.ObjectPath(key.Namespace, key.Name))
        {
            Priority = priority,
            Target = new RequestTarget(verb, type.QualifiedName, key.Namespace),
        };
}
