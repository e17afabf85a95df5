using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>
/// What the admission plugins that every server runs do to built-in objects: DefaultTolerationSeconds, Priority, LimitRanger (its
/// defaults), DefaultStorageClass, DefaultIngressClass, StorageObjectInUseProtection and TaintNodesByCondition. Nobody comes to own what they set.
/// </summary>
internal sealed class DefaultAdmission(ObjectStore store)
{
    private const long TolerationSeconds = 300;
    private const string NotReady = "node.kubernetes.io/not-ready";

    /// <param name="resource">The kind.</param>
    /// <param name="obj">The object, in its form; it is changed.</param>
    /// <param name="old">The object that it replaces, or null.</param>
    /// <exception cref="ApiException">403: a plugin refuses it.</exception>
    public void Admit(ResourceInfo resource, JsonObject obj, JsonObject? old)
    {
        switch (resource.QualifiedName)
        {
            case "pods":
                Limit(obj, old);
                Tolerate(obj["spec"]!.AsObject());
                Prioritize(resource, obj, old);
                break;
            case "nodes" when old is null:
                Taint(obj["spec"]!.AsObject());
                break;
            case "persistentvolumeclaims" when old is null:
                Protect(obj, "kubernetes.io/pvc-protection");
                Default(obj, "storageClassName", "storageclasses.storage.k8s.io", "storageclass.kubernetes.io/is-default-class");
                break;
            case "persistentvolumes" when old is null:
                Protect(obj, "kubernetes.io/pv-protection");
                break;
            case "ingresses.networking.k8s.io" when old is null && obj["metadata"].Dig("annotations", "kubernetes.io/ingress.class") is null:
                Default(obj, "ingressClassName", "ingressclasses.networking.k8s.io", "ingressclass.kubernetes.io/is-default-class");
                break;
        }
    }

    /// <summary>Every pod leaves a node that is not ready or not reachable after five minutes, unless it says otherwise.</summary>
    private static void Tolerate(JsonObject spec)
    {
        foreach (var key in new[] { NotReady, "node.kubernetes.io/unreachable" })
        {
            var tolerations = spec.List("tolerations") ?? [];
            if (tolerations.Any(toleration => (toleration.Text("key") ?? "") is var own && (own == key || own.Length == 0) && (toleration.Text("effect") ?? "") is "" or "NoExecute"))
                continue;
            tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = TolerationSeconds });
            if (tolerations.Parent is null)
                spec["tolerations"] = tolerations;
        }
    }

    private void Prioritize(ResourceInfo resource, JsonObject pod, JsonObject? old)
    {
        var spec = pod["spec"]!.AsObject();
        if (old is not null)
        {
            foreach (var field in new[] { "priority", "preemptionPolicy" })
            {
                if (old["spec"]![field] is { } kept)
                    spec.Default(field, kept.DeepClone());
            }

            return;
        }

        var classes = store.List("priorityclasses.scheduling.k8s.io").Objects;
        var name = spec.Text("priorityClassName") ?? "";
        var chosen = name.Length > 0
            ? classes.FirstOrDefault(known => known.Name == name)?.Parse() ?? throw Refused(resource, pod, $"no PriorityClass with name {name} was found")
            : classes.Select(known => known.Parse()).Where(known => known.Flag("globalDefault")).MinBy(known => known.Number("value") ?? 0);
        if (chosen is not null)
            spec["priorityClassName"] = chosen["metadata"].Text("name");
        var (priority, preemption) = (chosen.Number("value") ?? 0, chosen.Text("preemptionPolicy") ?? "PreemptLowerPriority");
        if (spec.Number("priority") is { } own && own != priority)
            throw Refused(resource, pod, $"the integer value of priority ({own}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        if (spec.Text("preemptionPolicy") is { } policy && policy != preemption)
            throw Refused(resource, pod, $"the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; priority admission controller computed {preemption} from the given PriorityClass name");
        (spec["priority"], spec["preemptionPolicy"]) = (priority, preemption);
    }

    /// <summary>Containers get the defaults that the LimitRanges of their namespace give.</summary>
    private void Limit(JsonObject pod, JsonObject? old)
    {
        if (old is not null)
            return;
        var ns = pod["metadata"].Text("namespace");
        var defaults = store.List("limitranges").Objects.Where(range => range.Namespace == ns)
            .SelectMany(range => range.Parse()["spec"].List("limits") ?? []).Where(item => item.Text("type") == "Container").ToList();
        if (defaults.Count == 0)
            return;
        var set = new List<string>();
        foreach (var list in new[] { "containers", "initContainers" })
        {
            foreach (var container in (pod["spec"].List(list) ?? []).OfType<JsonObject>())
            {
                foreach (var (field, from) in new[] { ("requests", "defaultRequest"), ("limits", "default") })
                {
                    var added = new List<string>();
                    foreach (var (name, amount) in defaults.SelectMany(item => item.Object(from) ?? []))
                    {
                        if (container.Ensure("resources").Object(field)?[name] is not null)
                            continue;
                        container["resources"]!.AsObject().Ensure(field)[name] = amount!.DeepClone();
                        added.Add(name);
                    }

                    if (added.Count > 0)
                        set.Add($"{string.Join(", ", added.Order(StringComparer.Ordinal))} {field[..^1]} for {(list == "containers" ? "container" : "init container")} {container.Text("name")}");
                }
            }
        }

        if (set.Count > 0)
            pod["metadata"]!.AsObject().Ensure("annotations")["kubernetes.io/limit-ranger"] = "LimitRanger plugin set: " + string.Join("; ", set);
    }

    private static void Taint(JsonObject spec)
    {
        var taints = spec.List("taints") ?? [];
        if (taints.Any(taint => taint.Text("key") == NotReady && taint.Text("effect") == "NoSchedule"))
            return;
        taints.Add(new JsonObject { ["key"] = NotReady, ["effect"] = "NoSchedule" });
        spec["taints"] = taints.DeepClone();
    }

    private static void Protect(JsonObject obj, string finalizer)
    {
        var finalizers = obj["metadata"].List("finalizers") ?? [];
        if (!finalizers.Any(known => known?.ToString() == finalizer))
            finalizers.Add(finalizer);
        obj["metadata"]!["finalizers"] = finalizers.DeepClone();
    }

    /// <summary>The class that is marked as the default one; of several the newest.</summary>
    private void Default(JsonObject obj, string field, string resource, string annotation)
    {
        if (obj["spec"]![field] is not null)
            return;
        var chosen = store.List(resource).Objects.Select(known => known.Parse()["metadata"]!)
            .Where(metadata => metadata.Dig("annotations", annotation)?.ToString() == "true")
            .OrderByDescending(metadata => metadata.Text("creationTimestamp"), StringComparer.Ordinal).ThenBy(metadata => metadata.Text("name"), StringComparer.Ordinal).FirstOrDefault();
        if (chosen is not null)
            obj["spec"]![field] = chosen.Text("name");
    }

    private static ApiException Refused(ResourceInfo resource, JsonObject obj, string why)
    {
        var name = obj["metadata"].Text("name") ?? "";
        return new ApiException(403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {why}", new JsonObject { ["name"] = name, ["kind"] = resource.Plural });
    }
}
