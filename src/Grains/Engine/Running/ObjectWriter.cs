using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Running;

/// <summary>The requests that are made for objects of any kind. Every write is safe when it is stale: fixed names, uids and versions.</summary>
internal sealed class ObjectWriter(IKubeApi api)
{
    /// <summary>Reads an object.</summary>
    public Task<ResourceSnapshot> ReadAsync(ObjectKind kind, ObjectKey key, RequestPriority priority, CancellationToken cancellationToken) =>
        api.SendAsync(Request(HttpMethod.Get, "get", kind, key, priority), kind.Json, cancellationToken);

    /// <summary>Reads who set which fields of an object.</summary>
    public Task<FieldManagers> ReadManagersAsync(ObjectKind kind, ObjectKey key, RequestPriority priority, CancellationToken cancellationToken) =>
        api.SendAsync(Request(HttpMethod.Get, "get", kind, key, priority), FieldManagers.Json, cancellationToken);

    public Task<ResourceSnapshot> CreateAsync(ReconciledKind ownerKind, ReconciledSnapshot owner, Step.Create create, RequestPriority priority, CancellationToken cancellationToken)
    {
        var (kind, key) = create.Child;
        var request = new KubeRequest(HttpMethod.Post, kind.Resource.CollectionPath(key.Namespace))
        {
            Body = Bodies.Create(kind, create.Wanted, ownerKind, owner),
            Priority = priority,
            Target = new RequestTarget("create", kind.QualifiedName, key.Namespace),
        };
        return api.SendAsync(request, kind.Json, cancellationToken);
    }

    public Task<ResourceSnapshot> PatchAsync(Step.Patch patch, RequestPriority priority, CancellationToken cancellationToken) =>
        api.SendAsync(
            Request(HttpMethod.Patch, "patch", patch.Child.Kind, patch.Child.Key, priority) with
            {
                Body = Bodies.Patch(patch.There, patch.Difference),
                ContentType = patch.Child.Kind.PatchType,
            },
            patch.Child.Kind.Json,
            cancellationToken);

    /// <summary>Deletes an object. One with finalizers is still there, and is the answer; null when it is gone.</summary>
    public async Task<ResourceSnapshot?> DeleteAsync(Step.Delete delete, RequestPriority priority, CancellationToken cancellationToken)
    {
        var (kind, key) = delete.Child;
        var request = Request(HttpMethod.Delete, "delete", kind, key, priority) with { Body = Bodies.Deletion(delete.There) };
        return (await api.SendAsync(request, kind.DeletedJson, cancellationToken)).Left;
    }

    /// <summary>Writes the status, or with a dry run only sees what the server would keep of it.</summary>
    public async Task<ReconciledSnapshot> WriteStatusAsync(
        ReconciledKind kind, ReconciledSnapshot obj, DesiredStatus status, bool dryRun, RequestPriority priority, CancellationToken cancellationToken)
    {
        var request = new KubeRequest(HttpMethod.Patch, kind.Resource.ObjectPath(obj.Key.Namespace, obj.Key.Name, "status") + (dryRun ? "?dryRun=All" : ""))
        {
            Body = Bodies.Status(kind, obj, status),
            ContentType = KubeMediaTypes.MergePatch,
            Priority = priority,
            Target = new RequestTarget("patch", kind.QualifiedName + "/status", obj.Key.Namespace),
        };
        return (ReconciledSnapshot)await api.SendAsync(request, kind.Json, cancellationToken);
    }

    private static KubeRequest Request(HttpMethod method, string verb, ObjectKind kind, ObjectKey key, RequestPriority priority) =>
        new(method, kind.Resource.ObjectPath(key.Namespace, key.Name))
        {
            Priority = priority,
            Target = new RequestTarget(verb, kind.QualifiedName, key.Namespace),
        };
}
