using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Serves what CRDs define as soon as they are written, and takes it away with them.</summary>
internal sealed class CrdLifecycle(ObjectStore store, ResourceRegistry registry, TimeProvider clock)
{
    private const string Crds = "customresourcedefinitions.apiextensions.k8s.io";

    /// <summary>After any write: a CRD is served from here on, and says so in its status.</summary>
    public StoredObject Written(ResourceInfo resource, StoredObject stored)
    {
        if (resource.QualifiedName != Crds)
            return stored;
        var crd = stored.Parse();
        if (crd["metadata"]!["deletionTimestamp"] is not null)
            return stored;
        var spec = crd["spec"]!.AsObject();
        registry.Replace(spec.Text("group")!, spec["names"].Text("plural")!, CustomResources.From(crd));
        if (crd.Dig("status", "acceptedNames").Text("kind") == spec["names"].Text("kind"))
            return stored;
        CustomResources.MarkEstablished(crd, clock.Timestamp());
        crd["metadata"]!["finalizers"] = new JsonArray(CrdRules.Finalizer);
        return store.TryUpdate(Crds, stored, crd) ?? stored;
    }

    /// <summary>After a CRD was marked for deletion: its objects go, then its resources, then itself.</summary>
    public void Deleting(ResourceInfo resource, StoredObject marked)
    {
        if (resource.QualifiedName != Crds)
            return;
        var crd = marked.Parse();
        var (group, plural) = (crd["spec"].Text("group")!, crd["spec"]!["names"].Text("plural")!);
        var storeName = $"{plural}.{group}";
        foreach (var obj in store.List(storeName).Objects)
            store.TryDelete(storeName, obj);
        registry.Replace(group, plural, []);
        store.Drop(storeName);
        if (store.Find(Crds, "", marked.Name) is { } current)
            store.TryDelete(Crds, current);
    }
}
