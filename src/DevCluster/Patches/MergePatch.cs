using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Patches;

/// <summary>JSON merge patch (RFC 7386).</summary>
internal static class MergePatch
{
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, change) in changes)
        {
            if (change is null)
            {
                result.Remove(name);
            }
            else if (change is JsonObject && result[name] is JsonObject child)
            {
                Apply(child, change);
            }
            else
            {
                result[name] = Apply(null, change);
            }
        }

        return result;
    }
}
