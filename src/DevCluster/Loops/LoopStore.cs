using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>How loops read and write objects: whoever is faster, what they want is tried on what is there then.</summary>
internal sealed class LoopStore(ObjectStore store, ResourceRegistry registry, DeletionService deletions)
{
    public ResourceRegistry Registry => registry;

    /// <summary>An object by the key under which the store keeps it.</summary>
    public StoredObject? Find(string resource, string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return store.Find(resource, key[..slash], key[(slash + 1)..]);
    }

    public IEnumerable<StoredObject> In(string resource, string ns) => store.List(resource).Objects.Where(obj => obj.Namespace == ns);

    /// <summary>Changes an object; one that is being deleted goes with its last finalizer.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="key">Its key.</param>
    /// <param name="change">Returns whether there is anything to change.</param>
    public void Change(string resource, string key, Func<JsonObject, bool> change)
    {
        while (Find(resource, key) is { } current)
        {
            var obj = current.Parse();
            if (!change(obj))
                return;
            var metadata = obj["metadata"]!;
            var isDone = metadata["deletionTimestamp"] is not null && metadata.List("finalizers") is not { Count: > 0 }
                && (metadata.Number("deletionGracePeriodSeconds") ?? 0) == 0
                && !(resource == NamespaceLoop.Resource && obj["spec"].List("finalizers") is { Count: > 0 });
            if (isDone ? store.TryDelete(resource, current) : store.TryUpdate(resource, current, obj) is not null)
                return;
        }
    }

    /// <summary>Deletes this object and none that has taken its name.</summary>
    public void Delete(string resource, StoredObject obj, string policy = "Background", long? grace = null)
    {
        if (registry.All.FirstOrDefault(known => known.StoreName == resource) is not { } info)
            return;
        var options = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = obj.Uid }, ["propagationPolicy"] = policy };
        if (grace is not null)
            options["gracePeriodSeconds"] = grace;
        try
        {
            deletions.Delete(info, obj.Namespace, obj.Name, options, dryRun: false);
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            // Gone already, or another object has taken the name: nothing of ours is left to delete.
        }
    }

    /// <summary>Takes a finalizer from an object.</summary>
    /// <returns>Whether it was there.</returns>
    public static bool RemoveFinalizer(JsonObject obj, string finalizer)
    {
        var finalizers = obj["metadata"].List("finalizers");
        if (finalizers?.FirstOrDefault(known => known!.GetValue<string>() == finalizer) is not { } found)
            return false;
        finalizers.Remove(found);
        if (finalizers.Count == 0)
            obj["metadata"]!.AsObject().Remove("finalizers");
        return true;
    }
}
