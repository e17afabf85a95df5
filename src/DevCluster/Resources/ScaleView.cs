using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>The scale subresource: an autoscaling/v1 Scale over fields of the object.</summary>
internal static class ScaleView
{
    public static JsonObject Of(ResourceInfo resource, JsonObject obj)
    {
        var paths = resource.Scale!;
        var metadata = obj["metadata"]!;
        var status = new JsonObject { ["replicas"] = obj.Dig(paths.StatusReplicas)?.DeepClone() ?? 0 };
        if (paths.Selector is { } selector && obj.Dig(selector) is { } value)
            status["selector"] = value is JsonObject labels ? Flat(labels) : value.DeepClone();
        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = metadata.Text("name"),
                ["namespace"] = metadata.Text("namespace"),
                ["uid"] = metadata.Text("uid"),
                ["resourceVersion"] = metadata.Text("resourceVersion"),
                ["creationTimestamp"] = metadata.Text("creationTimestamp"),
            },
            ["spec"] = new JsonObject { ["replicas"] = obj.Dig(paths.SpecReplicas)?.DeepClone() ?? 0 },
            ["status"] = status,
        };
    }

    /// <summary>Writes a Scale's replicas, and the version it is for, into the object.</summary>
    /// <exception cref="ApiException">The replicas are no number.</exception>
    public static void Write(ResourceInfo resource, JsonObject scale, JsonObject obj)
    {
        if (scale["spec"] is not JsonObject spec || (spec.Number("replicas") ?? (spec.ContainsKey("replicas") ? null : 0)) is not { } replicas)
            throw ApiErrors.BadRequest("Scale in version \"v1\" cannot be handled as a Scale: spec.replicas must be a whole number");
        var parent = obj;
        var path = resource.Scale!.SpecReplicas;
        foreach (var field in path[..^1])
            parent = parent.Ensure(field);
        parent[path[^1]] = replicas;
        if (scale["metadata"].Text("resourceVersion") is { Length: > 0 } version)
            obj["metadata"]!["resourceVersion"] = version;
    }

    private static string Flat(JsonObject selector) =>
        string.Join(",", (selector.Object("matchLabels") ?? []).Select(pair => $"{pair.Key}={pair.Value}"));
}
