using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Namespaces, nodes, events, leases, priority classes and label selectors.</summary>
internal static class CoreChecks
{
    private const long HighestUserPriority = 1_000_000_000;

    private static readonly Dictionary<string, long> SystemPriorities = new() { ["system-node-critical"] = 2_000_001_000, ["system-cluster-critical"] = 2_000_000_000 };

    private static readonly string[] StandardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

    public static void Namespace(Subject ns)
    {
        var finalizers = (ns["spec"].List("finalizers") ?? []).Select(finalizer => finalizer!.ToString()).ToList();
        for (var i = 0; i < finalizers.Count; i++)
        {
            var field = ns.Old is null ? "spec.finalizers" : $"spec.finalizers[{i}]";
            ns.Invalid(field, finalizers[i], Names.QualifiedName(finalizers[i]));
            if (!finalizers[i].Contains('/', StringComparison.Ordinal) && !StandardFinalizers.Contains(finalizers[i]))
                ns.Invalid(field, finalizers[i], ["name is neither a standard finalizer name nor is it fully qualified"]);
        }
    }

    public static void Node(Subject node)
    {
        var taints = (node["spec"].List("taints") ?? []).OfType<JsonObject>().ToList();
        var seen = new HashSet<(string?, string?)>();
        for (var i = 0; i < taints.Count; i++)
        {
            var at = $"metadata.taints[{i}]";
            node.Invalid($"{at}.key", taints[i].Text("key") ?? "", Names.QualifiedName(taints[i].Text("key") ?? ""));
            node.Invalid($"{at}.value", taints[i].Text("value") ?? "", Names.LabelValue(taints[i].Text("value") ?? ""));
            if (string.IsNullOrEmpty(taints[i].Text("effect")))
                node.Required($"{at}.effect");
            else if (taints[i].Text("effect") is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
                node.Errors.Add(FieldError.NotSupported($"{at}.effect", Subject.Shown(taints[i]["effect"]), ["NoSchedule", "PreferNoSchedule", "NoExecute"]));
            if (!seen.Add((taints[i].Text("key"), taints[i].Text("effect"))))
                node.Duplicate(at, taints[i]);
        }

        if (node.Old is null)
            return;
        if (node.Old["spec"].List("podCIDRs") is { Count: > 0 } && node.Changes("spec", "podCIDRs"))
            node.Forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
        if (!string.IsNullOrEmpty(node.Old["spec"].Text("providerID")) && node.Changes("spec", "providerID"))
            node.Forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
    }

    /// <summary>Events of the old API; those of the new one are stored as these.</summary>
    public static void Event(Subject @event)
    {
        var (about, ns) = (@event["involvedObject"].Text("namespace") ?? "", @event["metadata"].Text("namespace") ?? "");
        if (@event["eventTime"] is null)
        {
            if (about.Length == 0 ? ns is not ("" or "default") : about != ns)
                @event.Invalid("involvedObject.namespace", about, ["does not match event.namespace"]);
            return;
        }

        if (about.Length == 0 && ns is not ("default" or "kube-system"))
            @event.Invalid("involvedObject.namespace", about, ["does not match event.namespace"]);
        if (!@event.Has("reportingComponent"))
            @event.Required("reportingComponent");
        @event.Invalid("reportingComponent", @event.Text("reportingComponent"), Names.QualifiedName(@event.Text("reportingComponent")));
        foreach (var (field, most) in new[] { ("reportingInstance", 128), ("action", 128), ("reason", 128), ("message", 1024) })
        {
            if (!@event.Has(field) && field != "message")
                @event.Required(field);
            if (@event.Text(field).Length > most)
                @event.Invalid(field, "", [$"can have at most {most} characters"]);
        }
    }

    public static void Lease(Subject spec)
    {
        if (spec["strategy"] is null)
            return;
        if (spec.Text("strategy").Length == 0)
            spec.Required("strategy");
        if (spec["preferredHolder"] is not null && spec["strategy"] is null)
            spec.Forbidden("preferredHolder", "may only be specified when `strategy` is defined");
    }

    public static void PriorityClass(Subject priority)
    {
        var (name, value) = (priority["metadata"].Text("name") ?? "", priority.Number("value") ?? 0);
        if (name.StartsWith("system-", StringComparison.Ordinal))
        {
            if (!SystemPriorities.TryGetValue(name, out var known) || known != value)
                priority.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: " + $"{name} is not a known system priority class");
        }
        else if (value > HighestUserPriority)
        {
            priority.Forbidden("value", $"maximum allowed value of a user defined priority is {HighestUserPriority}");
        }

        if (priority.Changes("value"))
            priority.Forbidden("value", "may not be changed in an update.");
        if (priority.Changes("preemptionPolicy"))
            priority.Invalid("preemptionPolicy", "field is immutable");
    }

    /// <summary>One requirement of a label selector.</summary>
    public static void Requirement(Subject requirement)
    {
        var values = requirement.Texts("values");
        switch (requirement.Text("operator"))
        {
            case "In" or "NotIn" when values.Count == 0:
                requirement.Required("values", "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case "Exists" or "DoesNotExist" when values.Count > 0:
                requirement.Forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case "In" or "NotIn" or "Exists" or "DoesNotExist":
                break;
            default:
                requirement.Invalid("operator", "not a valid selector operator");
                break;
        }

        requirement.Invalid("key", requirement.Text("key"), Names.QualifiedName(requirement.Text("key")));
        for (var i = 0; i < values.Count; i++)
            requirement.Invalid($"values[{i}]", values[i], Names.LabelValue(values[i]));
    }
}
