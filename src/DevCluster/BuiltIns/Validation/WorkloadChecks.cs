using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Kinds that run pods out of a template: Deployments, ReplicaSets, StatefulSets, DaemonSets, ReplicationControllers.</summary>
internal static class WorkloadChecks
{
    private static readonly string[] FreeInStatefulSets =
        ["replicas", "template", "updateStrategy", "minReadySeconds", "ordinals", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy"];

    /// <summary>Counts that are a part of <c>replicas</c>.</summary>
    private static readonly string[] Parts = ["fullyLabeledReplicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];

    /// <summary>A selector that selects something, and the template among it.</summary>
    public static void Selected(Subject workload)
    {
        var selector = workload.Value.Dig("spec", "selector") as JsonObject;
        if (selector is not null && selector.Object("matchLabels") is not { Count: > 0 } && selector.List("matchExpressions") is not { Count: > 0 })
        {
            var kind = workload.Type.Name is "apps/ReplicaSet" ? "deployment" : workload.Type.Name[(workload.Type.Name.IndexOf('/', StringComparison.Ordinal) + 1)..].ToLowerInvariant();
            workload.Invalid("spec.selector", $"empty selector is invalid for {kind}");
            return;
        }

        var labels = workload.Value.Dig("spec", "template", "metadata").Object("labels");
        if (selector is null || !Selects(selector, labels))
            workload.Invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
    }

    /// <summary>These pods run for ever.</summary>
    public static void AlwaysRestarts(Subject workload)
    {
        if (workload.In("spec")?.In("template")?.In("spec") is not { } pod)
            return;
        if (pod.Text("restartPolicy") != "Always")
            pod.NotSupported("restartPolicy", "Always");
        var kind = workload.Type.Name is "apps/Deployment" ? "ReplicaSet" : workload.Type.Name[(workload.Type.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (pod["activeDeadlineSeconds"] is not null)
            pod.Forbidden("activeDeadlineSeconds", $"activeDeadlineSeconds in {kind} is not Supported");
    }

    public static void ReplicationController(Subject spec)
    {
        if (spec.In("template") is not { } template)
            return;
        var labels = template["metadata"].Object("labels") ?? [];
        if ((spec.Value.Object("selector") ?? []).Any(pair => !JsonNode.DeepEquals(labels[pair.Key], pair.Value)))
            template.Invalid("metadata.labels", labels, "`selector` does not match template `labels`");
        if (template["spec"].Text("restartPolicy") != "Always")
            template.NotSupported("spec.restartPolicy", "Always");
    }

    public static void Progress(Subject deployment)
    {
        var spec = deployment.In("spec")!;
        if (spec.Number("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Number("minReadySeconds") ?? 0))
            spec.Invalid("progressDeadlineSeconds", "must be greater than minReadySeconds");
    }

    public static void DeploymentStrategy(Subject strategy)
    {
        switch (strategy.Text("type"))
        {
            case "Recreate" when strategy["rollingUpdate"] is not null:
                strategy.Forbidden("rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
                break;
            case "Recreate":
                break;
            case "RollingUpdate":
                var update = strategy.In("rollingUpdate")!;
                Percents(update, "maxUnavailable", "maxSurge");
                if (Amount(update, "maxUnavailable") == 0 && Amount(update, "maxSurge") == 0)
                    update.Invalid("maxUnavailable", "may not be 0 when `maxSurge` is 0");
                if (FieldChecks.PercentOf(update["maxUnavailable"]) > 100)
                    update.Invalid("maxUnavailable", "must not be greater than 100%");
                break;
            default:
                strategy.Errors.Add(FieldError.NotSupported(strategy.Path, strategy.Value.ToText(), ["Recreate", "RollingUpdate"]));
                break;
        }
    }

    public static void StatefulSet(Subject set)
    {
        var spec = set.In("spec")!;
        var type = spec["updateStrategy"].Text("type");
        if (type == "OnDelete" && spec["updateStrategy"].Object("rollingUpdate") is not null)
            spec.Invalid("updateStrategy.rollingUpdate", "only allowed for updateStrategy 'RollingUpdate'");
        else if (type is not ("OnDelete" or "RollingUpdate"))
            spec.Invalid("updateStrategy", "must be 'RollingUpdate' or 'OnDelete'");
        if (spec["updateStrategy"].Object("rollingUpdate") is { } update && update["maxUnavailable"] is { } most && most.Whole() == 0)
            spec.Invalid("updateStrategy.rollingUpdate.maxUnavailable", "cannot be 0");
        if (spec["ordinals"].Number("start") < 0)
            spec.Invalid("ordinals.start", "must be greater than or equal to 0");
        if (set.Old is null)
        {
            if (spec.Has("serviceName"))
                spec.Invalid("serviceName", spec.Text("serviceName"), Resources.Names.DnsLabel(spec.Text("serviceName")));
            return;
        }

        var old = set.Old["spec"]!.AsObject();
        if (spec.Value.Concat(old).Select(pair => pair.Key).Except(FreeInStatefulSets).Any(field => !JsonNode.DeepEquals(spec[field], old[field])))
        {
            set.Forbidden("spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
        }
    }

    public static void DaemonSetStrategy(Subject strategy)
    {
        switch (strategy.Text("type"))
        {
            case "OnDelete":
                break;
            case "RollingUpdate":
                var update = strategy.In("rollingUpdate")!;
                Percents(update, "maxUnavailable", "maxSurge");
                foreach (var field in new[] { "maxUnavailable", "maxSurge" })
                {
                    if (FieldChecks.PercentOf(update[field]) > 100)
                        update.Invalid(field, "must not be greater than 100%");
                }

                if (Amount(update, "maxUnavailable") != 0 && Amount(update, "maxSurge") != 0)
                    update.Invalid("maxSurge", "may not be set when maxUnavailable is non-zero");
                else if (Amount(update, "maxUnavailable") == 0 && Amount(update, "maxSurge") == 0)
                    update.Required("maxUnavailable", "cannot be 0 when maxSurge is 0");
                break;
            default:
                strategy.Errors.Add(FieldError.NotSupported(strategy.Path, strategy.Value.ToText(), ["RollingUpdate", "OnDelete"]));
                break;
        }
    }

    /// <summary>The counts in a status.</summary>
    public static void Counts(Subject status)
    {
        foreach (var field in status.Type.Ordered.Where(field => field.Type.Kind is GoKind.Int32 or GoKind.Int64))
        {
            if (status.Number(field.Name) < 0)
                status.Invalid(field.Name, "must be greater than or equal to 0");
        }

        if (status.Type.Fields.ContainsKey("replicas"))
        {
            var replicas = status.Number("replicas") ?? 0;
            foreach (var field in Parts.Where(field => status.Number(field) > replicas))
                status.Invalid(field, "cannot be greater than status.replicas");
            if (status.Number("availableReplicas") > (status.Number("readyReplicas") ?? 0))
                status.Invalid("availableReplicas", "cannot be greater than readyReplicas");
        }

        if (status.Old.Number("collisionCount") is { } before && (status.Number("collisionCount") ?? -1) < before)
            status.Invalid("collisionCount", status["collisionCount"] ?? 0, "cannot be decremented");
    }

    public static void ControllerRevision(Subject revision)
    {
        if (revision.Old is null && revision["data"] is not JsonObject)
            revision.Required("data", "data is mandatory");
    }

    /// <summary>Whether a label selector selects what has the labels.</summary>
    public static bool Selects(JsonObject selector, JsonObject? labels)
    {
        foreach (var (key, value) in selector.Object("matchLabels") ?? [])
        {
            if (labels.Text(key) != value?.ToString())
                return false;
        }

        foreach (var expression in selector.List("matchExpressions") ?? [])
        {
            var label = labels.Text(expression.Text("key") ?? "");
            var isAmong = label is not null && (expression.List("values") ?? []).Any(value => value?.ToString() == label);
            var holds = expression.Text("operator") switch
            {
                "In" => isAmong,
                "NotIn" => !isAmong,
                "Exists" => label is not null,
                "DoesNotExist" => label is null,
                _ => true,
            };
            if (!holds)
                return false;
        }

        return true;
    }

    private static void Percents(Subject update, params string[] fields)
    {
        foreach (var field in fields)
        {
            if (update[field].Whole() < 0)
                update.Invalid(field, "must be greater than or equal to 0");
            else if (update[field] is { } value && value.Whole() is null && FieldChecks.PercentOf(value) is null)
                update.Invalid(field, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        }
    }

    private static long Amount(Subject update, string field) => FieldChecks.PercentOf(update[field]) ?? update[field].Whole() ?? 0;
}
