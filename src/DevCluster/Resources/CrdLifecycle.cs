using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Serves what CRDs define as soon as they are written, and takes it away with them when their last object is gone.</summary>
internal sealed class CrdLifecycle
{
    private const string Crds = "customresourcedefinitions.apiextensions.k8s.io";

    private readonly ObjectStore _store;
    private readonly ResourceRegistry _registry;
    private readonly DeletionService _deletions;
    private readonly TimeProvider _clock;

    /// <summary>CRDs that wait for their objects to go, by the resource that they define: its name in the store.</summary>
    private readonly ConcurrentDictionary<string, string> _leaving = new();

    public CrdLifecycle(ObjectStore store, ResourceRegistry registry, DeletionService deletions, TimeProvider clock)
    {
        (_store, _registry, _deletions, _clock) = (store, registry, deletions, clock);
        store.Changed += Observe;
    }

    /// <summary>After any write: a CRD is served from here on, and says so in its status.</summary>
    public StoredObject Written(ResourceInfo resource, StoredObject stored)
    {
        if (resource.QualifiedName != Crds)
            return stored;
        var crd = stored.Parse();
        if (crd["metadata"]!["deletionTimestamp"] is not null)
            return stored;
        var spec = crd["spec"]!.AsObject();
        _registry.Replace(spec.Text("group")!, spec["names"].Text("plural")!, CustomResources.From(crd));
        var isEstablished = crd.Dig("status", "acceptedNames").Text("kind") == spec["names"].Text("kind");
        if (!isEstablished)
            CustomResources.MarkEstablished(crd, _clock.Timestamp());
        if (!CustomResources.MarkApproval(crd, _clock.Timestamp()) && isEstablished)
            return stored;
        var finalizers = crd["metadata"].List("finalizers")?.Clone() ?? [];
        if (!finalizers.Any(finalizer => finalizer?.ToString() == CrdRules.Finalizer))
            finalizers.Add(CrdRules.Finalizer);
        crd["metadata"]!["finalizers"] = finalizers;
        return _store.TryUpdate(Crds, stored, crd) ?? stored;
    }

    /// <summary>After a CRD was marked for deletion: its objects go, then its resources, then itself.</summary>
    public void Deleting(ResourceInfo resource, StoredObject marked)
    {
        if (resource.QualifiedName != Crds)
            return;
        var crd = marked.Parse();
        var (group, plural) = (crd["spec"].Text("group")!, crd["spec"]!["names"].Text("plural")!);
        var served = _registry.All.Where(r => r.Group == group && r.Plural == plural).ToList();
        _registry.Replace(group, plural, served.Select(r => r with { IsLeaving = true }));
        var storeName = $"{plural}.{group}";
        foreach (var obj in _store.List(storeName).Objects)
            DeleteInstance(served[0], obj);
        _leaving[storeName] = marked.Name;
        FinishIfEmpty(storeName);
    }

    private void DeleteInstance(ResourceInfo resource, StoredObject obj)
    {
        try
        {
            _deletions.Delete(resource, obj.Namespace, obj.Name, null, dryRun: false);
        }
        catch (Http.ApiException e) when (e.Code == 404)
        {
            // Someone else deleted it first, which is what was wanted.
        }
    }

    /// <summary>Under the store's lock: only hands on.</summary>
    private void Observe(string resource, WatchEvent change)
    {
        if (change.Type == WatchEventType.Deleted && _leaving.ContainsKey(resource))
            _ = Task.Run(() => FinishIfEmpty(resource));
    }

    private void FinishIfEmpty(string storeName)
    {
        if (_store.Count(storeName) > 0 || !_leaving.TryRemove(storeName, out var name))
            return;
        var dot = storeName.IndexOf('.', StringComparison.Ordinal);
        _registry.Replace(storeName[(dot + 1)..], storeName[..dot], []);
        _store.Drop(storeName);
        while (_store.Find(Crds, "", name) is { } current)
        {
            var crd = current.Parse();
            var others = new JsonArray([.. (crd["metadata"].List("finalizers") ?? []).Where(f => f?.ToString() != CrdRules.Finalizer).Select(f => f?.DeepClone())]);
            crd["metadata"]!["finalizers"] = others;
            if (others.Count > 0 ? _store.TryUpdate(Crds, current, crd) is not null : _store.TryDelete(Crds, current))
                return;
        }
    }
}
