using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>
/// Empties namespaces that are being deleted, says in their conditions what is left, and lets go of them at the end
/// (Kubernetes, <c>pkg/controller/namespace/deletion</c>).
/// </summary>
internal sealed class NamespaceLoop(LoopStore store, TimeProvider clock)
{
    public const string Resource = "namespaces";

    private readonly HashSet<string> _leaving = [];

    public void Observe(string resource, WatchEvent change)
    {
        var ns = resource == Resource ? change.Object.Name : change.Object.Namespace;
        if (resource == Resource)
        {
            if (change.Type != WatchEventType.Deleted && change.Object.IsDeleting)
                _leaving.Add(ns);
            else
                _leaving.Remove(ns);
        }

        if (_leaving.Contains(ns))
            Empty(ns);
    }

    private void Empty(string ns)
    {
        var (kinds, finalizers) = (new SortedDictionary<string, int>(StringComparer.Ordinal), new SortedDictionary<string, int>(StringComparer.Ordinal));
        foreach (var kind in store.Registry.All.Where(known => known.Namespaced && !known.CreateOnly && known.StoredAs is null).ToList())
        {
            foreach (var content in store.In(kind.StoreName, ns))
                store.Delete(kind.StoreName, content);
            foreach (var left in store.In(kind.StoreName, ns))
            {
                var name = $"{kind.Plural}.{kind.Group}";
                kinds[name] = kinds.GetValueOrDefault(name) + 1;
                foreach (var finalizer in left.Parse()["metadata"].List("finalizers") ?? [])
                    finalizers[finalizer!.ToString()] = finalizers.GetValueOrDefault(finalizer.ToString()) + 1;
            }
        }

        store.Change(Resource, StoredObject.KeyOf("", ns), obj =>
        {
            var changes = false;
            if (kinds.Count == 0 && obj["spec"].List("finalizers")?.FirstOrDefault(finalizer => finalizer?.ToString() == "kubernetes") is { } own)
            {
                obj["spec"]!["finalizers"]!.AsArray().Remove(own);
                if (obj["spec"].List("finalizers") is { Count: 0 })
                    obj["spec"]!.AsObject().Remove("finalizers");
                changes = true;
            }

            return Tell(obj.Ensure("status"), kinds, finalizers) || changes;
        });
    }

    /// <summary>Writes the conditions.</summary>
    /// <returns>Whether they change.</returns>
    private bool Tell(JsonObject status, SortedDictionary<string, int> kinds, SortedDictionary<string, int> finalizers)
    {
        var changes = false;
        changes |= Set(status, "NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered");
        changes |= Set(status, "NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed");
        changes |= Set(status, "NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
        changes |= kinds.Count > 0
            ? Set(status, "NamespaceContentRemaining", true, "SomeResourcesRemain", "Some resources are remaining: " + string.Join(", ", kinds.Select(pair => $"{pair.Key} has {pair.Value} resource instances")))
            : Set(status, "NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed");
        changes |= finalizers.Count > 0
            ? Set(status, "NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", "Some content in the namespace has finalizers remaining: " + string.Join(", ", finalizers.Select(pair => $"{pair.Key} in {pair.Value} resource instances")))
            : Set(status, "NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished");
        return changes;
    }

    private bool Set(JsonObject status, string type, bool holds, string reason, string message)
    {
        var conditions = status.List("conditions") ?? [];
        var old = conditions.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);
        var value = holds ? "True" : "False";
        if (old.Text("status") == value && old.Text("reason") == reason && old.Text("message") == message)
            return false;
        var since = old.Text("status") == value ? old.Text("lastTransitionTime") : null;
        if (old is not null)
            conditions.Remove(old);
        conditions.Add(new JsonObject
        {
            ["type"] = type,
            ["status"] = value,
            ["lastTransitionTime"] = since ?? clock.Timestamp(),
            ["reason"] = reason,
            ["message"] = message,
        });
        if (conditions.Parent is null)
            status["conditions"] = conditions;
        return true;
    }
}
