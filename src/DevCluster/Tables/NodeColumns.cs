using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Tables.Cells;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns of Nodes.</summary>
internal static class NodeColumns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static IReadOnlyList<TableColumn> All { get; } =
    [
        new("Status", "string", Status),
        new("Roles", "string", Roles),
        TableColumn.Age,
        Field("Version", "status", "nodeInfo", "kubeletVersion"),
        Wide("Internal-IP", node => Address(node, "InternalIP")),
        Wide("External-IP", node => Address(node, "ExternalIP")),
        Wide("OS-Image", node => node.Dig("status", "nodeInfo").Text("osImage"), "<unknown>"),
        Wide("Kernel-Version", node => node.Dig("status", "nodeInfo").Text("kernelVersion"), "<unknown>"),
        Wide("Container-Runtime", node => node.Dig("status", "nodeInfo").Text("containerRuntimeVersion"), "<unknown>"),
    ];

    private static JsonNode Status(JsonObject node) =>
        (Condition(node, "Ready") switch { null => "Unknown", "True" => "Ready", _ => "NotReady" }) + (node["spec"].Flag("unschedulable") ? ",SchedulingDisabled" : "");

    private static JsonNode Roles(JsonObject node)
    {
        var roles = (node["metadata"].Object("labels") ?? [])
            .Select(pair => pair.Key.StartsWith(RolePrefix, StringComparison.Ordinal) ? pair.Key[RolePrefix.Length..] : pair.Key == "kubernetes.io/role" ? pair.Value?.ToString() : null)
            .Where(role => !string.IsNullOrEmpty(role)).Distinct().Order(StringComparer.Ordinal).ToList();
        return roles.Count == 0 ? "<none>" : string.Join(",", roles);
    }

    private static string? Address(JsonObject node, string type) =>
        (node["status"].List("addresses") ?? []).FirstOrDefault(address => address.Text("type") == type).Text("address");
}
