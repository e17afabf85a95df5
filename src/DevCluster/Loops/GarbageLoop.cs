using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>
/// Garbage collection by owner references, with foreground and orphan deletion (Kubernetes, <c>pkg/controller/garbagecollector</c>).
/// Keeps an index of who owns whom.
/// </summary>
internal sealed class GarbageLoop(LoopStore store, Action<string, JsonObject> report, TimeProvider clock)
{
    private readonly Dictionary<string, HashSet<(string Resource, string Key)>> _dependents = [];
    private readonly Dictionary<string, (string Resource, string Key)> _living = [];

    /// <summary>What an owner reference leads to.</summary>
    private enum Owner
    {
        /// <summary>An object that stays, or a kind that is not known here.</summary>
        Solid,

        /// <summary>Nothing, or another object of the name.</summary>
        Dangling,

        /// <summary>An object that waits for this dependent to go first.</summary>
        Waiting,
    }

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
                foreach (var (kind, key) in orphans.ToList())
                    Collect(kind, key);
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
                Collect(resource, obj.Key);
            Finish(resource, obj);
        }

        // An owner that is deleted in the foreground waits for its dependents.
        foreach (var owner in change.Previous?.Owners ?? [])
        {
            if (_living.TryGetValue(owner, out var place) && store.Find(place.Resource, place.Key) is { } found)
                Finish(place.Resource, found);
        }
    }

    /// <summary>Deletes an object that no owner is left of; from one that has others, those that are gone are taken.</summary>
    private void Collect(string resource, string key)
    {
        if (store.Find(resource, key) is not { Owners.Count: > 0, IsDeleting: false } found || store.Registry.All.FirstOrDefault(known => known.StoreName == resource) is not { } info)
            return;
        var metadata = found.Parse()["metadata"]!;
        var owners = new Dictionary<string, Owner>();
        foreach (var reference in metadata.List("ownerReferences") ?? [])
        {
            if (Resolve(info, found, reference) is not { } owner)
                return;
            owners[reference.Text("uid") ?? ""] = owner;
        }

        if (owners.ContainsValue(Owner.Solid))
        {
            var gone = owners.Where(pair => pair.Value != Owner.Solid).Select(pair => pair.Key).ToList();
            if (gone.Count > 0)
                store.Change(resource, key, obj => gone.Aggregate(false, (changes, uid) => RemoveOwner(obj, uid) || changes));
            return;
        }

        var finalizers = (metadata.List("finalizers") ?? []).Select(finalizer => finalizer!.ToString()).ToList();
        var waits = owners.ContainsValue(Owner.Waiting) && _dependents.GetValueOrDefault(found.Uid) is { Count: > 0 };
        store.Delete(resource, found, waits || finalizers.Contains("foregroundDeletion") ? "Foreground" : finalizers.Contains("orphan") ? "Orphan" : "Background");
    }

    /// <returns>What the owner is; null for one that an object of this scope cannot have, which is let be.</returns>
    private Owner? Resolve(ResourceInfo resource, StoredObject dependent, JsonNode? reference)
    {
        if (store.Registry.FindKind(reference.Text("apiVersion") ?? "", reference.Text("kind") ?? "") is not { } kind)
            return Owner.Solid;
        var (uid, ns) = (reference.Text("uid") ?? "", kind.Namespaced ? dependent.Namespace : "");
        if (kind.Namespaced && _living.TryGetValue(uid, out var place) && !place.Key.StartsWith(ns + "/", StringComparison.Ordinal))
            Complain(resource, dependent, reference);
        if (kind.Namespaced && !resource.Namespaced)
            return null;
        if (store.Find(kind.StoreName, StoredObject.KeyOf(ns, reference.Text("name") ?? "")) is not { } owner || owner.Uid != uid)
            return Owner.Dangling;
        var isWaiting = owner.IsDeleting && reference.Flag("blockOwnerDeletion") && IsForeground(owner);
        return isWaiting ? Owner.Waiting : Owner.Solid;
    }

    private static bool IsForeground(StoredObject obj) =>
        (obj.Parse()["metadata"].List("finalizers") ?? []).Any(finalizer => finalizer?.ToString() == "foregroundDeletion");

    /// <summary>Owners are in the namespace of what they own.</summary>
    private void Complain(ResourceInfo resource, StoredObject dependent, JsonNode? reference)
    {
        var ns = dependent.Namespace.Length == 0 ? "default" : dependent.Namespace;
        var now = clock.Timestamp();
        report(ns, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{dependent.Name}.{Guid.NewGuid():N}" },
            ["involvedObject"] = new JsonObject
            {
                ["kind"] = resource.Kind,
                ["namespace"] = dependent.Namespace,
                ["name"] = dependent.Name,
                ["uid"] = dependent.Uid,
                ["apiVersion"] = resource.ApiVersion,
            },
            ["reason"] = "OwnerRefInvalidNamespace",
            ["message"] = $"ownerRef [{reference.Text("apiVersion")}/{reference.Text("kind")}, namespace: {dependent.Namespace}, name: {reference.Text("name")}, uid: {reference.Text("uid")}] does not exist in namespace \"{dependent.Namespace}\"",
            ["source"] = new JsonObject { ["component"] = "garbage-collector-controller" },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["type"] = "Warning",
            ["reportingComponent"] = "garbage-collector-controller",
        });
    }

    /// <summary>Does what the finalizers of the garbage collector stand for.</summary>
    private void Finish(string resource, StoredObject obj)
    {
        if (!obj.IsDeleting || obj.Parse()["metadata"].List("finalizers") is not { } finalizers)
            return;
        var names = finalizers.Select(finalizer => finalizer!.GetValue<string>()).ToList();
        var dependents = _dependents.GetValueOrDefault(obj.Uid)?.ToList() ?? [];
        if (names.Contains("orphan"))
        {
            foreach (var (kind, key) in dependents)
                store.Change(kind, key, dependent => RemoveOwner(dependent, obj.Uid));
            store.Change(resource, obj.Key, owner => LoopStore.RemoveFinalizer(owner, "orphan"));
        }
        else if (names.Contains("foregroundDeletion"))
        {
            var isBlocked = false;
            foreach (var (kind, key) in dependents)
            {
                if (store.Find(kind, key) is not { } dependent || !Blocks(dependent, obj.Uid))
                    continue;
                Collect(kind, key);
                isBlocked |= store.Find(kind, key) is { } left && Blocks(left, obj.Uid);
            }

            if (!isBlocked)
                store.Change(resource, obj.Key, owner => LoopStore.RemoveFinalizer(owner, "foregroundDeletion"));
        }
    }

    private static bool Blocks(StoredObject dependent, string owner) =>
        (dependent.Parse()["metadata"].List("ownerReferences") ?? []).Any(reference => reference.Text("uid") == owner && reference.Flag("blockOwnerDeletion"));

    private static bool RemoveOwner(JsonObject obj, string uid)
    {
        var owners = obj["metadata"].List("ownerReferences");
        if (owners?.FirstOrDefault(owner => owner.Text("uid") == uid) is not { } found)
            return false;
        owners.Remove(found);
        if (owners.Count == 0)
            obj["metadata"]!.AsObject().Remove("ownerReferences");
        return true;
    }
}
