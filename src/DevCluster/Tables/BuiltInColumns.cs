using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns that kubectl users know of the built-in kinds.</summary>
internal static class BuiltInColumns
{
    public static IReadOnlyList<TableColumn> Namespaces { get; } = [Path("Status", "string", "status", "phase"), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Pods { get; } =
    [
        new("Ready", "string", obj => $"{Containers(obj, "status", "containerStatuses").Count(c => c.Flag("ready"))}/{Containers(obj, "spec", "containers").Count}"),
        Path("Status", "string", "status", "phase"),
        new("Restarts", "string", obj => Text(Containers(obj, "status", "containerStatuses").Sum(c => c.Number("restartCount") ?? 0))),
        TableColumn.Age,
        Wide("IP", obj => obj.Dig("status", "podIP")?.ToString()),
        Wide("Node", obj => obj.Dig("spec", "nodeName")?.ToString()),
    ];

    public static IReadOnlyList<TableColumn> Services { get; } =
    [
        Path("Type", "string", "spec", "type"),
        new("Cluster-IP", "string", obj => obj["spec"].Text("clusterIP") ?? "<none>"),
        new("External-IP", "string", _ => "<none>"),
        new("Port(s)", "string", obj => string.Join(",", (obj["spec"].List("ports") ?? []).Select(p => $"{p.Number("port")}/{p.Text("protocol")}"))),
        TableColumn.Age,
        Wide("Selector", obj => Labels(obj["spec"].Object("selector"))),
    ];

    public static IReadOnlyList<TableColumn> ServiceAccounts { get; } = [new("Secrets", "integer", obj => obj.List("secrets")?.Count ?? 0), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Secrets { get; } =
        [Path("Type", "string", "type"), new("Data", "integer", obj => obj.Object("data")?.Count ?? 0), TableColumn.Age];

    public static IReadOnlyList<TableColumn> ConfigMaps { get; } =
        [new("Data", "integer", obj => (obj.Object("data")?.Count ?? 0) + (obj.Object("binaryData")?.Count ?? 0)), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Deployments { get; } =
    [
        new("Ready", "string", obj => $"{obj["status"].Number("readyReplicas") ?? 0}/{obj["spec"].Number("replicas") ?? 0}"),
        new("Up-to-date", "integer", obj => obj["status"].Number("updatedReplicas") ?? 0),
        new("Available", "integer", obj => obj["status"].Number("availableReplicas") ?? 0),
        TableColumn.Age,
        Wide("Containers", obj => string.Join(",", Containers(obj["spec"]?["template"], "spec", "containers").Select(c => c.Text("name")))),
        Wide("Images", obj => string.Join(",", Containers(obj["spec"]?["template"], "spec", "containers").Select(c => c.Text("image")))),
        Wide("Selector", obj => Labels(obj.Dig("spec", "selector").Object("matchLabels"))),
    ];

    public static IReadOnlyList<TableColumn> Leases { get; } = [Path("Holder", "string", "spec", "holderIdentity"), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Crds { get; } = [new("Created At", "date", obj => obj.Dig("metadata", "creationTimestamp")?.DeepClone())];

    /// <summary>Of Events, whose fields have two names.</summary>
    /// <param name="about">The field that says what it is about.</param>
    /// <param name="message">The field of its message.</param>
    public static IReadOnlyList<TableColumn> Events(string about, string message) =>
    [
        new("Last Seen", "date", obj => (obj["lastTimestamp"] ?? obj["deprecatedLastTimestamp"] ?? obj["eventTime"])?.DeepClone()),
        Path("Type", "string", "type"),
        Path("Reason", "string", "reason"),
        new("Object", "string", obj => $"{obj[about].Text("kind")?.ToLowerInvariant()}/{obj[about].Text("name")}"),
        Path("Message", "string", message),
    ];

    private static TableColumn Path(string name, string type, params string[] path) => new(name, type, obj => obj.Dig(path)?.DeepClone());

    private static TableColumn Wide(string name, Func<JsonObject, string?> value) =>
        new(name, "string", obj => value(obj) is { Length: > 0 } text ? text : "<none>", Priority: 1);

    private static JsonArray Containers(JsonNode? obj, string part, string list) => (obj as JsonObject)?[part].List(list) ?? [];

    private static string Labels(JsonObject? labels) => string.Join(",", (labels ?? []).Select(pair => $"{pair.Key}={pair.Value}"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
