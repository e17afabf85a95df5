using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Patches;

/// <summary>
/// The merge keys of lists in built-in kinds (<c>x-kubernetes-patch-merge-key</c>). A field of one name has the same key in
/// all kinds, but for <c>ports</c>.
/// </summary>
internal static class MergeKeys
{
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["containers"] = "name",
        ["initContainers"] = "name",
        ["ephemeralContainers"] = "name",
        ["volumes"] = "name",
        ["env"] = "name",
        ["volumeMounts"] = "mountPath",
        ["volumeDevices"] = "devicePath",
        ["imagePullSecrets"] = "name",
        ["secrets"] = "name",
        ["hostAliases"] = "ip",
        ["topologySpreadConstraints"] = "topologyKey",
        ["ownerReferences"] = "uid",
        ["conditions"] = "type",
        ["podIPs"] = "ip",
    };

    /// <summary>The merge key of a list of objects, or null when the list is replaced whole.</summary>
    public static string? Of(string field, JsonArray items, JsonArray? have)
    {
        if (field == "ports")
            return items.Concat(have ?? []).Any(item => (item as JsonObject)?.ContainsKey("containerPort") == true) ? "containerPort" : "port";
        return Keys.GetValueOrDefault(field);
    }

    /// <summary>Lists of plain values that are merged as sets.</summary>
    public static bool IsMergedSet(string field) => field == "finalizers";
}
