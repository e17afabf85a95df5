using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Webhooks;
using OrleansOperator.DevCluster.Conversion;
using OrleansOperator.DevCluster.Definitions;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Serves what CRDs define as soon as they are written, and takes it away with them when their last object is gone.</summary>
internal sealed class CrdLifecycle
{
    private const string Crds = "customresourcedefinitions.apiextensions.k8s.io";

    private readonly ObjectStore _store;
    private readonly ResourceRegistry _registry;
    private readonly DeletionService _deletions;
    private readonly WebhookClient _webhooks;
    private readonly TimeProvider _clock;

    /// <summary>CRDs that wait for their objects to go, by the resource that they define: its name in the store.</summary>
    private readonly ConcurrentDictionary<string, string> _leaving = new();

    /// <summary>What is served of each CRD, by its name: what it says, and its versions.</summary>
    private readonly ConcurrentDictionary<string, (JsonArray Definition, CustomVersions Versions)> _served = new();

    /// <summary>Held while names are given, one CRD after the other.</summary>
    private readonly Lock _names = new();

    public CrdLifecycle(ObjectStore store, ResourceRegistry registry, DeletionService deletions, WebhookClient webhooks, TimeProvider clock)
    {
        (_store, _registry, _deletions, _webhooks, _clock) = (store, registry, deletions, webhooks, clock);
        store.Changed += Observe;
    }

    /// <summary>After any write: a CRD gets its names, is served from here on, and says so in its status.</summary>
    public StoredObject Written(ResourceInfo resource, StoredObject stored)
    {
        if (resource.QualifiedName != Crds)
            return stored;
        lock (_names)
        {
            var crd = stored.Parse();
            if (crd["metadata"]!["deletionTimestamp"] is not null)
                return stored;
            var written = Establish(stored, crd);

            // Names that it gave up may be what others wait for.
            EstablishOthers(crd["spec"].Text("group")!, stored.Name);
            return written;
        }
    }

    /// <summary>Gives a CRD the names that are free, and serves it if it has got all of them once.</summary>
    private StoredObject Establish(StoredObject stored, JsonObject crd)
    {
        var before = crd["status"]!.DeepClone();
        var now = _clock.Timestamp();
        var names = NameAcceptance.Decide(crd, OthersOf(crd["spec"].Text("group")!, stored.Name));
        CrdStatus.SetNames(crd, names, now);
        CrdStatus.SetApproval(crd, now);
        var isEstablished = CrdStatus.IsEstablished(crd);
        if (isEstablished)
            Serve(crd);
        var finalizers = crd["metadata"].List("finalizers")?.Clone() ?? [];
        var isHeld = finalizers.Any(finalizer => finalizer?.ToString() == CrdRules.Finalizer);
        if (!isHeld && isEstablished)
        {
            finalizers.Add(CrdRules.Finalizer);
            crd["metadata"]!["finalizers"] = finalizers;
        }
        else if (JsonNode.DeepEquals(before, crd["status"]))
        {
            return stored;
        }

        return _store.TryUpdate(Crds, stored, crd) ?? stored;
    }

    /// <summary>Serves the versions of a CRD, unless they are served already as they are.</summary>
    private void Serve(JsonObject crd)
    {
        var (group, plural) = (crd["spec"].Text("group")!, crd["spec"]!["names"].Text("plural")!);
        var definition = new JsonArray(crd["spec"]!.DeepClone(), crd["status"]!["acceptedNames"]!.DeepClone());
        if (_served.TryGetValue(crd["metadata"].Text("name")!, out var before) && JsonNode.DeepEquals(before.Definition, definition))
            return;
        var webhook = ConversionWebhook.Of(crd, _webhooks);
        var versions = new CustomVersions(crd, isMixed: false, webhook);
        if (before.Versions is { } older && _store.Count($"{plural}.{group}") > 0 && (older.IsMixed || !versions.StoresAs(older)))
            versions = new CustomVersions(crd, isMixed: true, webhook);
        _served[crd["metadata"].Text("name")!] = (definition, versions);
        _registry.Replace(group, plural, CustomResources.From(crd, versions));
    }

    private void EstablishOthers(string group, string except)
    {
        foreach (var other in _store.List(Crds).Objects.Where(other => other.Name != except))
        {
            if (IsOf(group, other) && !other.IsDeleting && other.Parse() is var crd && !JsonNode.DeepEquals(crd["spec"]!["names"], crd["status"]!["acceptedNames"]))
                Establish(other, crd);
        }
    }

    private List<JsonObject> OthersOf(string group, string except) =>
        [.. _store.List(Crds).Objects.Where(other => other.Name != except && IsOf(group, other)).Select(other => other.Parse())];

    /// <summary>A CRD has the name of its resource and its group.</summary>
    private static bool IsOf(string group, StoredObject crd) => crd.Name.AsSpan(crd.Name.IndexOf('.', StringComparison.Ordinal) + 1).SequenceEqual(group);

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
        var any = served.FirstOrDefault() ?? CustomResources.Stored(crd, new CustomVersions(crd, isMixed: true));
        foreach (var obj in _store.List(storeName).Objects)
            DeleteInstance(any, obj);
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
        if (change.Type != WatchEventType.Deleted)
            return;
        if (resource == Crds)
            _ = Task.Run(() => Left(change.Object.Name));
        else if (_leaving.ContainsKey(resource))
            _ = Task.Run(() => FinishIfEmpty(resource));
    }

    /// <summary>The names of a CRD that is gone are free.</summary>
    private void Left(string crd)
    {
        lock (_names)
            EstablishOthers(crd[(crd.IndexOf('.', StringComparison.Ordinal) + 1)..], crd);
    }

    private void FinishIfEmpty(string storeName)
    {
        if (_store.Count(storeName) > 0 || !_leaving.TryRemove(storeName, out var name))
            return;
        var dot = storeName.IndexOf('.', StringComparison.Ordinal);
        _registry.Replace(storeName[(dot + 1)..], storeName[..dot], []);
        _served.TryRemove(name, out _);
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
