using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>
/// Garbage collection by owner references, with foreground and orphan deletion, and the emptying of namespaces that are
/// being deleted. Keeps an index of who owns whom.
/// </summary>
internal sealed class GarbageLoop(ObjectStore store, ResourceRegistry registry, DeletionService deletions)
{
    private readonly Dictionary<string, HashSet<(string Resource, string Key)>> _dependents = [];
    private readonly Dictionary<string, (string Resource, string Key)> _living = [];
    private readonly HashSet<string> _leavingNamespaces = [];

    public void Observe(string resource, WatchEvent change)
    {
        var obj = change.Object;
        foreach (var owner in change.Previous?.Owners ?? [])
            _dependents.GetValueOrDefault(owner)?.Remove((resource, obj.Key));
        if (change.Type == WatchEventType.Deleted)
        {
            _living.Remove(obj.Uid);
            if (_dependents.Remove(obj.Uid, out var orphans))
            {
                foreach (var (kind, key) in orphans)
                    CollectIfUnowned(kind, key);
            }
        }
        else
        {
            _living[obj.Uid] = (resource, obj.Key);
            foreach (var owner in obj.Owners)
            {
                if (!_dependents.TryGetValue(owner, out var all))
                    _dependents[owner] = all = [];
                all.Add((resource, obj.Key));
            }

            if (obj.Owners.Count > 0)
                CollectIfUnowned(resource, obj.Key);
            Finalize(resource, obj);
        }

        // An owner that is deleted in the foreground waits for its dependents.
        foreach (var owner in change.Previous?.Owners ?? [])
        {
            if (_living.TryGetValue(owner, out var place) && Find(place.Resource, place.Key) is { } found)
                Finalize(place.Resource, found);
        }

        EmptyNamespace(resource, change);
    }

    /// <summary>Deletes an object all of whose owners are gone; owners that never were count as gone.</summary>
    private void CollectIfUnowned(string resource, string key)
    {
        if (Find(resource, key) is { } found && found.Owners.Count > 0 && !found.Owners.Any(IsAlive))
            Delete(resource, found);
    }

    private bool IsAlive(string uid) => _living.ContainsKey(uid);

    private void Finalize(string resource, StoredObject obj)
    {
        if (!obj.IsDeleting || obj.Parse()["metadata"].List("finalizers") is not { } finalizers)
            return;
        var names = finalizers.Select(f => f!.GetValue<string>()).ToList();
        var dependents = _dependents.GetValueOrDefault(obj.Uid)?.ToList() ?? [];
        if (names.Contains("orphan"))
        {
            foreach (var (kind, key) in dependents)
                Change(kind, key, dependent => RemoveOwner(dependent, obj.Uid));
            Change(resource, obj.Key, owner => RemoveFinalizer(owner, "orphan"));
        }
        else if (names.Contains("foregroundDeletion"))
        {
            var blocked = false;
            foreach (var (kind, key) in dependents)
            {
                if (Find(kind, key) is not { } dependent)
                    continue;
                Delete(kind, dependent);
                blocked |= Find(kind, key) is { } left && Blocks(left, obj.Uid);
            }

            if (!blocked)
                Change(resource, obj.Key, owner => RemoveFinalizer(owner, "foregroundDeletion"));
        }
    }

    private static bool Blocks(StoredObject dependent, string owner) =>
        (dependent.Parse()["metadata"].List("ownerReferences") ?? []).Any(reference => reference.Text("uid") == owner && reference.Flag("blockOwnerDeletion"));

    private void EmptyNamespace(string resource, WatchEvent change)
    {
        var ns = resource == "namespaces" ? change.Object.Name : change.Object.Namespace;
        if (resource == "namespaces")
        {
            if (change.Type != WatchEventType.Deleted && change.Object.IsDeleting)
                _leavingNamespaces.Add(ns);
            else
                _leavingNamespaces.Remove(ns);
        }

        if (!_leavingNamespaces.Contains(ns))
            return;
        var left = false;
        foreach (var kind in registry.All.Where(r => r.Namespaced && !r.CreateOnly && r.StoredAs is null))
        {
            foreach (var content in store.List(kind.StoreName).Objects.Where(o => o.Namespace == ns))
            {
                left |= content.Parse()["metadata"].List("finalizers") is { Count: > 0 };
                Delete(kind.StoreName, content);
            }
        }

        if (!left && store.Find("namespaces", "", ns) is { } empty)
            store.TryDelete("namespaces", empty);
    }

    private void Delete(string resource, StoredObject obj)
    {
        if (registry.All.FirstOrDefault(r => r.StoreName == resource) is not { } info)
            return;
        try
        {
            deletions.Delete(info, obj.Namespace, obj.Name, new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = obj.Uid } }, dryRun: false);
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            // Gone already, or another object has taken the name: nothing of ours is left to delete.
        }
    }

    private void Change(string resource, string key, Func<JsonObject, bool> change)
    {
        while (Find(resource, key) is { } current)
        {
            var obj = current.Parse();
            if (!change(obj))
                return;
            var metadata = obj["metadata"]!;
            var done = metadata["deletionTimestamp"] is not null && metadata.List("finalizers") is not { Count: > 0 }
                ? store.TryDelete(resource, current)
                : store.TryUpdate(resource, current, obj) is not null;
            if (done)
                return;
        }
    }

    private StoredObject? Find(string resource, string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return store.Find(resource, key[..slash], key[(slash + 1)..]);
    }

    private static bool RemoveOwner(JsonObject obj, string uid)
    {
        var owners = obj["metadata"].List("ownerReferences");
        if (owners?.FirstOrDefault(owner => owner.Text("uid") == uid) is not { } owner)
            return false;
        owners.Remove(owner);
        if (owners.Count == 0)
            obj["metadata"]!.AsObject().Remove("ownerReferences");
        return true;
    }

    private static bool RemoveFinalizer(JsonObject obj, string finalizer)
    {
        var finalizers = obj["metadata"].List("finalizers");
        if (finalizers?.FirstOrDefault(f => f!.GetValue<string>() == finalizer) is not { } found)
            return false;
        finalizers.Remove(found);
        if (finalizers.Count == 0)
            obj["metadata"]!.AsObject().Remove("finalizers");
        return true;
    }
}
