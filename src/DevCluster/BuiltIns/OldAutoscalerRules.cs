using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>
/// autoscaling/v1 HorizontalPodAutoscalers: the v2 ones as <c>kubectl autoscale</c> writes them. The CPU target has a field of its own;
/// what else v2 knows stays with the stored object.
/// </summary>
internal sealed class OldAutoscalerRules() : BuiltInRules("autoscaling/HorizontalPodAutoscaler")
{
    private const string Metrics = "autoscaling.alpha.kubernetes.io/metrics";
    private const string Behavior = "autoscaling.alpha.kubernetes.io/behavior";

    public override bool Converts => true;

    public override JsonObject FromStored(JsonObject stored)
    {
        var obj = stored.Clone();
        obj["apiVersion"] = "autoscaling/v1";
        var spec = obj.Ensure("spec");
        var others = new JsonArray();
        foreach (var metric in spec.List("metrics") ?? [])
        {
            if (IsCpu(metric) && metric.Dig("resource", "target", "averageUtilization") is { } percent)
                spec["targetCPUUtilizationPercentage"] = percent.DeepClone();
            else
                others.Add(metric?.DeepClone());
        }

        if (others.Count > 0)
            obj.Ensure("metadata").Ensure("annotations")[Metrics] = others.ToText();
        if (spec["behavior"] is { } behavior)
            obj.Ensure("metadata").Ensure("annotations")[Behavior] = behavior.ToText();
        spec.Remove("metrics");
        spec.Remove("behavior");
        if (obj.Object("status") is { } status)
        {
            if ((status.List("currentMetrics") ?? []).FirstOrDefault(IsCpu).Dig("resource", "current", "averageUtilization") is { } current)
                status["currentCPUUtilizationPercentage"] = current.DeepClone();
            status.Remove("currentMetrics");
            status.Remove("conditions");
        }

        return GoDecoder.Decode(Type, obj, []);
    }

    public override JsonObject ToStored(JsonObject obj)
    {
        var stored = obj.Clone();
        stored["apiVersion"] = "autoscaling/v2";
        var spec = stored.Ensure("spec");
        var metrics = Kept(stored, Metrics) as JsonArray ?? [];
        if (spec["targetCPUUtilizationPercentage"] is { } percent)
        {
            metrics.Insert(0, new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = percent.DeepClone() } },
            });
        }

        spec.Remove("targetCPUUtilizationPercentage");
        if (metrics.Count > 0)
            spec["metrics"] = metrics;
        if (Kept(stored, Behavior) is { } behavior)
            spec["behavior"] = behavior;
        if (stored["metadata"].Object("annotations") is { Count: 0 })
            stored["metadata"]!.AsObject().Remove("annotations");
        var type = GoTypes.Of("autoscaling-v2/HorizontalPodAutoscaler");
        GoDefaults.Apply(type, stored);
        return GoDecoder.Decode(type, stored, []);
    }

    private static bool IsCpu(JsonNode? metric) => metric.Text("type") == "Resource" && metric!["resource"].Text("name") == "cpu";

    /// <summary>Takes an annotation out and reads it; one that does not parse is left.</summary>
    private static JsonNode? Kept(JsonObject obj, string annotation)
    {
        if (obj["metadata"].Object("annotations") is not { } annotations || annotations.Text(annotation) is not { } text)
            return null;
        try
        {
            var kept = JsonNode.Parse(text);
            annotations.Remove(annotation);
            return kept;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
