using k8s.Models;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>
/// Which lists of built-in kinds are merged item by item, and which objects are only ever replaced whole (the
/// <c>+listType</c>, <c>+listMapKey</c>, <c>+patchMergeKey</c> and <c>+structType</c> marks of the Go types). All other lists
/// are replaced whole.
/// </summary>
internal static class ListTypes
{
    private static readonly Dictionary<string, string[]> Keyed = new()
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["volumes"] = ["name"],
        ["env"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["volumeDevices"] = ["devicePath"],
        ["imagePullSecrets"] = ["name"],
        ["secrets"] = ["name"],
        ["hostAliases"] = ["ip"],
        ["schedulingGates"] = ["name"],
        ["resourceClaims"] = ["name"],
        ["topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
        ["ownerReferences"] = ["uid"],
        ["conditions"] = ["type"],
        ["podIPs"] = ["ip"],
    };

    private static readonly HashSet<Type> Atomic =
    [
        typeof(V1LabelSelector), typeof(V1LocalObjectReference), typeof(V1ObjectReference), typeof(V1SecretKeySelector),
        typeof(V1ConfigMapKeySelector), typeof(V1ObjectFieldSelector), typeof(V1ResourceFieldSelector), typeof(V1NodeSelector),
        typeof(V1NodeSelectorTerm), typeof(V1TypedLocalObjectReference), typeof(V1SecretReference), typeof(V1OwnerReference),
    ];

    /// <summary>The key fields of a list, or null when it is replaced whole.</summary>
    /// <param name="owner">The model that has the list.</param>
    /// <param name="field">The name of the list.</param>
    public static IReadOnlyList<string>? KeysOf(Type owner, string field) =>
        field != "ports" ? Keyed.GetValueOrDefault(field)
        : owner == typeof(V1ServiceSpec) ? ["port", "protocol"]
        : owner == typeof(V1Container) || owner == typeof(V1EphemeralContainer) ? ["containerPort", "protocol"]
        : null;

    /// <summary>Whether a list of plain values is a set.</summary>
    public static bool IsSet(string field) => field == "finalizers";

    /// <summary>Whether an object, or a map of plain values, is replaced whole.</summary>
    public static bool IsAtomic(Type owner, string field, Type type) =>
        Atomic.Contains(type) || field == "nodeSelector" || (field == "selector" && owner == typeof(V1ServiceSpec));
}
