using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>The scale subresource: an autoscaling/v1 Scale over fields of the object.</summary>
internal static class ScaleView
{
    /// <summary>Scales as a kind of their own, which is what clients write.</summary>
    public static ResourceInfo Kind { get; } = new()
    {
        Group = "autoscaling",
        Version = "v1",
        Plural = "scales",
        Singular = "scale",
        Kind = "Scale",
        Rules = new BuiltInRules("autoscaling/Scale"),
    };

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

    /// <summary>Checks the replicas that a Scale asks for.</summary>
    /// <exception cref="ApiException">422: they are below zero.</exception>
    public static void Validate(ResourceInfo resource, JsonObject scale, string name)
    {
        if (scale["spec"].Number("replicas") is not { } replicas || replicas >= 0)
            return;
        var text = replicas.ToString(CultureInfo.InvariantCulture);
        throw resource.IsCustom
            ? ApiErrors.Invalid(resource, name, [FieldError.Invalid("." + string.Join('.', resource.Scale!.SpecReplicas), text, "should be a non-negative integer")])
            : ApiErrors.Invalid("Scale", "autoscaling", name, [FieldError.Invalid("spec.replicas", text, "must be greater than or equal to 0")]);
    }

    /// <summary>Writes a Scale's replicas, and the version it is for, into the object.</summary>
    public static void Write(ResourceInfo resource, JsonObject scale, JsonObject obj)
    {
        var parent = obj;
        var path = resource.Scale!.SpecReplicas;
        foreach (var field in path[..^1])
            parent = parent.Ensure(field);
        parent[path[^1]] = scale["spec"].Number("replicas") ?? 0;
        if (scale["metadata"].Text("resourceVersion") is { Length: > 0 } version)
            obj["metadata"]!["resourceVersion"] = version;
    }

    private static string Flat(JsonObject selector) =>
        string.Join(",", (selector.Object("matchLabels") ?? []).Select(pair => $"{pair.Key}={pair.Value}"));
}
