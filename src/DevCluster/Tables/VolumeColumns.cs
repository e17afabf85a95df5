using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Tables.Cells;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns of volumes, of claims, and of the classes of both.</summary>
internal static class VolumeColumns
{
    private static readonly (string Mode, string Short)[] Modes =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    public static IReadOnlyList<TableColumn> Volumes { get; } =
    [
        new("Capacity", "string", obj => obj.Dig("spec", "capacity", "storage")?.ToString() ?? "0"),
        new("Access Modes", "string", obj => Short(obj["spec"].List("accessModes"))),
        Field("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
        new("Status", "string", Phase),
        new("Claim", "string", obj => obj["spec"].Object("claimRef") is { } claim ? $"{claim.Text("namespace")}/{claim.Text("name")}" : ""),
        Field("StorageClass", "spec", "storageClassName"),
        new("VolumeAttributesClass", "string", obj => obj["spec"].Text("volumeAttributesClassName") ?? "<unset>"),
        Field("Reason", "status", "reason"),
        TableColumn.Age,
        Wide("VolumeMode", obj => obj["spec"].Text("volumeMode"), "<unset>"),
    ];

    public static IReadOnlyList<TableColumn> Claims { get; } =
    [
        new("Status", "string", Phase),
        Field("Volume", "spec", "volumeName"),
        new("Capacity", "string", obj => IsBound(obj) ? obj.Dig("status", "capacity", "storage")?.ToString() ?? "0" : ""),
        new("Access Modes", "string", obj => IsBound(obj) ? Short(obj["status"].List("accessModes")) : ""),
        Field("StorageClass", "spec", "storageClassName"),
        new("VolumeAttributesClass", "string", obj => obj["spec"].Text("volumeAttributesClassName") ?? "<unset>"),
        TableColumn.Age,
        Wide("VolumeMode", obj => obj["spec"].Text("volumeMode"), "<unset>"),
    ];

    public static IReadOnlyList<TableColumn> Classes { get; } =
    [
        TableColumn.OfNames with { Cell = (obj, _) => obj["metadata"].Text("name") + (IsDefault(obj) ? " (default)" : "") },
        Field("Provisioner", "provisioner"),
        Field("ReclaimPolicy", "reclaimPolicy"),
        Field("VolumeBindingMode", "volumeBindingMode"),
        new("AllowVolumeExpansion", "string", obj => obj.Flag("allowVolumeExpansion")),
        TableColumn.Age,
    ];

    private static bool IsDefault(JsonObject storage) => storage.Dig("metadata", "annotations", "storageclass.kubernetes.io/is-default-class")?.ToString() == "true";

    private static bool IsBound(JsonObject claim) => claim["spec"].Text("volumeName") is { Length: > 0 };

    private static JsonNode Phase(JsonObject obj) => obj["metadata"]!["deletionTimestamp"] is not null ? "Terminating" : obj["status"].Text("phase") ?? "";

    private static string Short(JsonArray? modes) =>
        string.Join(",", Modes.Where(known => (modes ?? []).Any(mode => mode?.ToString() == known.Mode)).Select(known => known.Short));
}
