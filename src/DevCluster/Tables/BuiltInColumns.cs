using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns that kubectl users know of the built-in kinds.</summary>
internal static class BuiltInColumns
{
    /// <summary>The columns of a kind, without the name.</summary>
    public static IReadOnlyList<TableColumn> Of(string group, string kind) => (group, kind) switch
    {
        ("", "Namespace") => [Path("Status", "string", "status", "phase"), TableColumn.Age],
        ("", "Pod") => Pods,
        ("", "Service") => Services,
        ("", "ServiceAccount") => [new("Secrets", "integer", obj => obj.List("secrets")?.Count ?? 0), TableColumn.Age],
        ("", "Secret") => [Path("Type", "string", "type"), new("Data", "integer", obj => obj.Object("data")?.Count ?? 0), TableColumn.Age],
        ("", "ConfigMap") => [new("Data", "integer", obj => (obj.Object("data")?.Count ?? 0) + (obj.Object("binaryData")?.Count ?? 0)), TableColumn.Age],
        ("", "Event") => Events("involvedObject", "message"),
        ("events.k8s.io", "Event") => Events("regarding", "note"),
        ("apps", "Deployment") =>
        [
            new("Ready", "string", obj => $"{obj["status"].Number("readyReplicas") ?? 0}/{obj["spec"].Number("replicas") ?? 0}"),
            Count("Up-to-date", "status", "updatedReplicas"),
            Count("Available", "status", "availableReplicas"),
            TableColumn.Age,
            .. Templates(),
        ],
        ("apps", "StatefulSet") =>
        [
            new("Ready", "string", obj => $"{obj["status"].Number("readyReplicas") ?? 0}/{obj["spec"].Number("replicas") ?? 0}"),
            TableColumn.Age,
            .. Templates().Take(2),
        ],
        ("apps", "ReplicaSet") =>
        [
            Count("Desired", "spec", "replicas"), Count("Current", "status", "replicas"), Count("Ready", "status", "readyReplicas"),
            TableColumn.Age,
            .. Templates(),
        ],
        ("apps", "DaemonSet") =>
        [
            Count("Desired", "status", "desiredNumberScheduled"), Count("Current", "status", "currentNumberScheduled"),
            Count("Ready", "status", "numberReady"), Count("Up-to-date", "status", "updatedNumberScheduled"), Count("Available", "status", "numberAvailable"),
            new("Node Selector", "string", obj => Labels(obj.Dig("spec", "template", "spec").Object("nodeSelector")) is { Length: > 0 } text ? text : "<none>"),
            TableColumn.Age,
            .. Templates(),
        ],
        ("batch", "Job") =>
        [
            new("Status", "string", JobStatus),
            new("Completions", "string", obj => $"{obj["status"].Number("succeeded") ?? 0}/{obj["spec"].Number("completions") ?? 1}"),
            new("Duration", "string", _ => ""),
            TableColumn.Age,
            .. Templates(),
        ],
        ("batch", "CronJob") =>
        [
            Path("Schedule", "string", "spec", "schedule"),
            new("Timezone", "string", obj => obj["spec"].Text("timeZone") ?? "<none>"),
            new("Suspend", "string", obj => obj["spec"].Flag("suspend") ? "True" : "False"),
            new("Active", "integer", obj => obj["status"].List("active")?.Count ?? 0),
            new("Last Schedule", "string", obj => obj["status"].Text("lastScheduleTime") ?? "<none>"),
            TableColumn.Age,
        ],
        ("autoscaling", "HorizontalPodAutoscaler") =>
        [
            new("Reference", "string", obj => $"{obj.Dig("spec", "scaleTargetRef").Text("kind")}/{obj.Dig("spec", "scaleTargetRef").Text("name")}"),
            new("Targets", "string", obj => "<unknown>"),
            new("MinPods", "string", obj => obj["spec"].Number("minReplicas") is { } least ? Text(least) : "<unset>"),
            new("MaxPods", "integer", obj => obj["spec"].Number("maxReplicas") ?? 0),
            Count("Replicas", "status", "currentReplicas"),
            TableColumn.Age,
        ],
        ("policy", "PodDisruptionBudget") =>
        [
            new("Min Available", "string", obj => obj.Dig("spec", "minAvailable")?.ToString() ?? "N/A"),
            new("Max Unavailable", "string", obj => obj.Dig("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            Count("Allowed Disruptions", "status", "disruptionsAllowed"),
            TableColumn.Age,
        ],
        ("networking.k8s.io", "NetworkPolicy") => [new("Pod-Selector", "string", obj => Selector(obj.Dig("spec", "podSelector"))), TableColumn.Age],
        ("networking.k8s.io", "Ingress") =>
        [
            new("Class", "string", obj => obj["spec"].Text("ingressClassName") ?? "<none>"),
            new("Hosts", "string", obj => string.Join(",", (obj["spec"].List("rules") ?? []).Select(rule => rule.Text("host")).Where(host => host is not null)) is { Length: > 0 } hosts ? hosts : "*"),
            new("Address", "string", _ => ""),
            new("Ports", "string", obj => obj["spec"].List("tls") is { Count: > 0 } ? "80, 443" : "80"),
            TableColumn.Age,
        ],
        ("networking.k8s.io", "IngressClass") => [Path("Controller", "string", "spec", "controller"), TableColumn.Age],
        ("scheduling.k8s.io", "PriorityClass") =>
            [new("Value", "integer", obj => obj.Number("value") ?? 0), new("Global-Default", "boolean", obj => obj.Flag("globalDefault")), TableColumn.Age, Path("PreemptionPolicy", "string", "preemptionPolicy")],
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") =>
        [
            new("PriorityLevel", "string", obj => obj.Dig("spec", "priorityLevelConfiguration").Text("name")),
            Count("MatchingPrecedence", "spec", "matchingPrecedence"),
            new("DistinguisherMethod", "string", obj => obj.Dig("spec", "distinguisherMethod").Text("type") ?? "<none>"),
            TableColumn.Age,
        ],
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") => [Path("Type", "string", "spec", "type"), TableColumn.Age],
        ("rbac.authorization.k8s.io", "Role" or "ClusterRole") => [Path("Created At", "date", "metadata", "creationTimestamp")],
        ("rbac.authorization.k8s.io", "RoleBinding" or "ClusterRoleBinding") =>
            [new("Role", "string", obj => $"{obj["roleRef"].Text("kind")}/{obj["roleRef"].Text("name")}"), TableColumn.Age],
        ("coordination.k8s.io", "Lease") => [Path("Holder", "string", "spec", "holderIdentity"), TableColumn.Age],
        ("apiextensions.k8s.io", "CustomResourceDefinition") => [Path("Created At", "date", "metadata", "creationTimestamp")],
        ("", "PersistentVolumeClaim") =>
        [
            Path("Status", "string", "status", "phase"), Path("Volume", "string", "spec", "volumeName"),
            new("StorageClass", "string", obj => obj["spec"].Text("storageClassName")),
            TableColumn.Age,
        ],
        ("storage.k8s.io", "StorageClass") =>
            [Path("Provisioner", "string", "provisioner"), Path("ReclaimPolicy", "string", "reclaimPolicy"), Path("VolumeBindingMode", "string", "volumeBindingMode"), TableColumn.Age],
        _ => TableColumn.AgeOnly,
    };

    private static IReadOnlyList<TableColumn> Pods { get; } =
    [
        new("Ready", "string", obj => $"{Containers(obj, "status", "containerStatuses").Count(c => c.Flag("ready"))}/{Containers(obj, "spec", "containers").Count}"),
        Path("Status", "string", "status", "phase"),
        new("Restarts", "string", obj => Text(Containers(obj, "status", "containerStatuses").Sum(c => c.Number("restartCount") ?? 0))),
        TableColumn.Age,
        Wide("IP", obj => obj.Dig("status", "podIP")?.ToString()),
        Wide("Node", obj => obj.Dig("spec", "nodeName")?.ToString()),
    ];

    private static IReadOnlyList<TableColumn> Services { get; } =
    [
        Path("Type", "string", "spec", "type"),
        new("Cluster-IP", "string", obj => obj["spec"].Text("clusterIP") ?? "<none>"),
        new("External-IP", "string", _ => "<none>"),
        new("Port(s)", "string", obj => string.Join(",", (obj["spec"].List("ports") ?? []).Select(p => $"{p.Number("port")}/{p.Text("protocol")}"))),
        TableColumn.Age,
        Wide("Selector", obj => Labels(obj["spec"].Object("selector"))),
    ];

    /// <summary>Of Events, whose fields have two names.</summary>
    /// <param name="about">The field that says what it is about.</param>
    /// <param name="message">The field of its message.</param>
    private static IReadOnlyList<TableColumn> Events(string about, string message) =>
    [
        new("Last Seen", "date", obj => (obj["lastTimestamp"] ?? obj["deprecatedLastTimestamp"] ?? obj["eventTime"])?.DeepClone()),
        Path("Type", "string", "type"),
        Path("Reason", "string", "reason"),
        new("Object", "string", obj => $"{obj[about].Text("kind")?.ToLowerInvariant()}/{obj[about].Text("name")}"),
        Path("Message", "string", message),
    ];

    /// <summary>What a pod template has in it, and which pods are selected.</summary>
    private static IEnumerable<TableColumn> Templates() =>
    [
        Wide("Containers", obj => string.Join(",", Containers(obj["spec"]?["template"], "spec", "containers").Select(c => c.Text("name")))),
        Wide("Images", obj => string.Join(",", Containers(obj["spec"]?["template"], "spec", "containers").Select(c => c.Text("image")))),
        Wide("Selector", obj => Selector(obj.Dig("spec", "selector"))),
    ];

    private static JsonNode JobStatus(JsonObject job)
    {
        bool Is(string type) => (job["status"].List("conditions") ?? []).Any(c => c.Text("type") == type && c.Text("status") == "True");
        return Is("Complete") ? "Complete" : Is("Failed") ? "Failed" : Is("Suspended") ? "Suspended" : "Running";
    }

    private static TableColumn Count(string name, string part, string field) => new(name, "integer", obj => obj[part].Number(field) ?? 0);

    private static string Selector(JsonNode? selector) => Labels(selector.Object("matchLabels")) is { Length: > 0 } text ? text : "<none>";

    private static TableColumn Path(string name, string type, params string[] path) => new(name, type, obj => obj.Dig(path)?.DeepClone());

    private static TableColumn Wide(string name, Func<JsonObject, string?> value) =>
        new(name, "string", obj => value(obj) is { Length: > 0 } text ? text : "<none>", Priority: 1);

    private static JsonArray Containers(JsonNode? obj, string part, string list) => (obj as JsonObject)?[part].List(list) ?? [];

    private static string Labels(JsonObject? labels) => string.Join(",", (labels ?? []).Select(pair => $"{pair.Key}={pair.Value}"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
