namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>HorizontalPodAutoscalers and PodDisruptionBudgets.</summary>
internal static class AutoscalingChecks
{
    /// <summary>The field that a type of metric is described in.</summary>
    private static readonly Dictionary<string, string> Sources = new()
    {
        ["Object"] = "object",
        ["Pods"] = "pods",
        ["Resource"] = "resource",
        ["External"] = "external",
        ["ContainerResource"] = "containerResource",
    };

    public static void Autoscaler(Subject spec)
    {
        var (least, most) = (spec.Number("minReplicas"), spec.Number("maxReplicas") ?? 0);
        if (most == 0)
            spec.Required("maxReplicas", "must be set and greater than 0");
        else if (most < 1)
            spec.Invalid("maxReplicas", "must be greater than 0");
        if (most < least)
            spec.Invalid("maxReplicas", "must be greater than or equal to `minReplicas`");
        if (least == 0 && !(spec.Value.List("metrics") ?? []).Any(metric => metric.Text("type") is "Object" or "External"))
            spec.Forbidden("metrics", "must specify at least one Object or External metric to support scaling to zero replicas");
    }

    public static void Metric(Subject metric)
    {
        var type = metric.Text("type");
        if (type.Length == 0)
            metric.Required("type", "must specify a metric source type");
        if (!Sources.TryGetValue(type, out var expected))
        {
            // The real server says so twice.
            metric.NotSupported("type", "ContainerResource", "External", "Object", "Pods", "Resource");
            metric.NotSupported("type", "ContainerResource", "External", "Object", "Pods", "Resource");
        }
        else if (metric.Value[expected] is null)
        {
            metric.Required(expected, "must populate information for the given metric source");
        }

        var given = Sources.Values.Where(source => metric.Value[source] is not null).ToList();
        if (given.Count != 1)
        {
            foreach (var other in given.Where(source => source != expected))
                metric.Forbidden(other, "must populate the given metric source only");
        }

        foreach (var source in given.Select(metric.In).OfType<Subject>())
            Target(metric, source);
    }

    public static void DisruptionBudget(Subject spec)
    {
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
            spec.Errors.Add(Schemas.FieldError.Invalid(spec.Path, spec.Value.ToText(), "minAvailable and maxUnavailable cannot be both set"));
    }

    private static void Target(Subject metric, Subject source)
    {
        if (source.In("target") is not { } target)
            return;
        var (value, average, utilization) = (target["value"] is not null, target["averageValue"] is not null, target["averageUtilization"] is not null);
        switch (source.Path[(source.Path.LastIndexOf('.') + 1)..])
        {
            case "object" when !value && !average:
                target.Required("averageValue", "must set either a target value or averageValue");
                break;
            case "external" when !value && !average:
                target.Required("averageValue", "must set either a target value for metric or a per-pod target");
                break;
            case "external" when value && average:
                target.Forbidden("value", "may not set both a target value for metric and a per-pod target");
                break;
            case "pods" when !average:
                target.Required("averageValue", "must specify a positive target averageValue");
                break;
            case "resource" or "containerResource":
                if (!source.Has("name"))
                    source.Required("name", "must specify a resource name");
                if (source.Path.EndsWith(".containerResource", StringComparison.Ordinal) && !source.Has("container"))
                    source.Required("container", "must specify a container");
                if (!utilization && !average)
                    target.Required("averageUtilization", "must set either a target raw value or a target utilization");
                if (utilization && average)
                    target.Forbidden("averageValue", "may not set both a target raw value and a target utilization");
                break;
        }
    }
}
