using System.Globalization;
using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Tables.Cells;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns of HorizontalPodAutoscalers.</summary>
internal static class AutoscalerColumns
{
    private const int Shown = 2;
    private const string Unknown = "<unknown>";

    public static IReadOnlyList<TableColumn> All { get; } =
    [
        new("Reference", "string", obj => $"{obj.Dig("spec", "scaleTargetRef").Text("kind")}/{obj.Dig("spec", "scaleTargetRef").Text("name")}"),
        new("Targets", "string", Targets),
        new("MinPods", "string", obj => obj["spec"].Number("minReplicas") is { } least ? least.ToString(CultureInfo.InvariantCulture) : "<unset>"),
        Count("MaxPods", "spec", "maxReplicas") with { Type = "string" },
        Count("Replicas", "status", "currentReplicas") with { Type = "string" },
        TableColumn.Age,
    ];

    private static JsonNode Targets(JsonObject autoscaler)
    {
        if (autoscaler["spec"].Number("targetCPUUtilizationPercentage") is { } old)
            return $"cpu: {(autoscaler["status"].Number("currentCPUUtilizationPercentage") is { } now ? $"{now}%" : Unknown)}/{old}%";
        var current = autoscaler["status"].List("currentMetrics") ?? [];
        var all = (autoscaler["spec"].List("metrics") ?? []).Select((metric, i) => Target(metric, i < current.Count ? current[i] : null)).ToList();
        return Some(all, Shown, ", ");
    }

    private static string Target(JsonNode? metric, JsonNode? status)
    {
        var type = metric.Text("type") ?? "";
        var field = type.Length == 0 ? "" : char.ToLowerInvariant(type[0]) + type[1..];
        var (source, current) = (metric.Dig(field), status.Dig(field, "current"));
        string Now(string value) => current.Dig(value)?.ToString() ?? Unknown;
        var average = source.Dig("target", "averageValue")?.ToString();
        return type switch
        {
            "External" or "Object" => average is not null ? $"{Now("averageValue")}/{average} (avg)" : $"{Now("value")}/{source.Dig("target", "value")}",
            "Pods" => $"{Now("averageValue")}/{average}",
            "Resource" or "ContainerResource" when average is not null => $"{source.Text("name")}: {Now("averageValue")}/{average}",
            "Resource" or "ContainerResource" =>
                $"{source.Text("name")}: {(current.Number("averageUtilization") is { } used ? $"{used}%" : Unknown)}/{(source.Dig("target").Number("averageUtilization") is { } wanted ? $"{wanted}%" : "<auto>")}",
            _ => "<unknown type>",
        };
    }
}
