using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Tables.Cells;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns that a real server has for the built-in kinds (Kubernetes, <c>pkg/printers/internalversion</c>).</summary>
internal static class BuiltInColumns
{
    /// <summary>The columns of a kind; the name is the first where it is none of them.</summary>
    public static IReadOnlyList<TableColumn> Of(string group, string kind) => (group, kind) switch
    {
        ("", "Namespace") => [Field("Status", "status", "phase"), TableColumn.Age],
        ("", "Pod") => PodColumns.All,
        ("", "PodTemplate") =>
        [
            new("Containers", "string", obj => Names(obj["template"])),
            new("Images", "string", obj => Images(obj["template"])),
            new("Pod Labels", "string", obj => Labels(obj.Dig("template", "metadata", "labels"))),
        ],
        ("", "Service") => ServiceColumns.All,
        ("", "ServiceAccount") => [new("Secrets", "string", obj => obj.List("secrets")?.Count ?? 0), TableColumn.Age],
        ("", "Secret") => [Field("Type", "type"), new("Data", "string", obj => obj.Object("data")?.Count ?? 0), TableColumn.Age],
        ("", "ConfigMap") => [new("Data", "string", obj => (obj.Object("data")?.Count ?? 0) + (obj.Object("binaryData")?.Count ?? 0)), TableColumn.Age],
        ("", "Event") => EventColumns.Of("involvedObject", "message", "source", "deprecated"),
        ("events.k8s.io", "Event") => EventColumns.Of("regarding", "note", "deprecatedSource", "deprecated"),
        ("", "Endpoints") => [new("Endpoints", "string", ServiceColumns.Endpoints), TableColumn.Age],
        ("discovery.k8s.io", "EndpointSlice") =>
        [
            Field("AddressType", "addressType"), new("Ports", "string", ServiceColumns.SlicePorts), new("Endpoints", "string", ServiceColumns.SliceEndpoints), TableColumn.Age,
        ],
        ("", "Node") => NodeColumns.All,
        ("", "PersistentVolume") => VolumeColumns.Volumes,
        ("", "PersistentVolumeClaim") => VolumeColumns.Claims,
        ("storage.k8s.io", "StorageClass") => VolumeColumns.Classes,
        ("", "ResourceQuota") => [new("Request", "string", obj => Used(obj, limits: false)), new("Limit", "string", obj => Used(obj, limits: true)), TableColumn.Age],
        ("", "ReplicationController") or ("apps", "ReplicaSet") =>
        [
            Count("Desired", "spec", "replicas"), Count("Current", "status", "replicas"), Count("Ready", "status", "readyReplicas"), TableColumn.Age, .. Templates(kind),
        ],
        ("apps", "Deployment") =>
        [
            new("Ready", "string", Ready), Count("Up-to-date", "status", "updatedReplicas") with { Type = "string" },
            Count("Available", "status", "availableReplicas") with { Type = "string" }, TableColumn.Age, .. Templates(kind),
        ],
        ("apps", "StatefulSet") => [new("Ready", "string", Ready), TableColumn.Age, .. Templates(kind).Take(2)],
        ("apps", "DaemonSet") =>
        [
            Count("Desired", "status", "desiredNumberScheduled"), Count("Current", "status", "currentNumberScheduled"), Count("Ready", "status", "numberReady"),
            Count("Up-to-date", "status", "updatedNumberScheduled"), Count("Available", "status", "numberAvailable"),
            new("Node Selector", "string", obj => Labels(obj.Dig("spec", "template", "spec", "nodeSelector"))), TableColumn.Age, .. Templates(kind),
        ],
        ("apps", "ControllerRevision") => [new("Controller", "string", Controller), new("Revision", "string", obj => obj.Number("revision") ?? 0), TableColumn.Age],
        ("batch", "Job") => JobColumns.Jobs,
        ("batch", "CronJob") => JobColumns.CronJobs,
        ("autoscaling", "HorizontalPodAutoscaler") => AutoscalerColumns.All,
        ("policy", "PodDisruptionBudget") =>
        [
            new("Min Available", "string", obj => obj.Dig("spec", "minAvailable")?.ToString() ?? "N/A"),
            new("Max Unavailable", "string", obj => obj.Dig("spec", "maxUnavailable")?.ToString() ?? "N/A"),
            Count("Allowed Disruptions", "status", "disruptionsAllowed"), TableColumn.Age,
        ],
        ("networking.k8s.io", "NetworkPolicy") => [new("Pod-Selector", "string", obj => Selector(obj.Dig("spec", "podSelector"))), TableColumn.Age],
        ("networking.k8s.io", "Ingress") =>
        [
            new("Class", "string", obj => obj["spec"].Text("ingressClassName") ?? "<none>"),
            new("Hosts", "string", Hosts),
            new("Address", "string", obj => ServiceColumns.Balanced(obj)),
            new("Ports", "string", obj => obj["spec"].List("tls") is { Count: > 0 } ? "80, 443" : "80"), TableColumn.Age,
        ],
        ("networking.k8s.io", "IngressClass") => [Field("Controller", "spec", "controller"), new("Parameters", "string", Parameters), TableColumn.Age],
        ("scheduling.k8s.io", "PriorityClass") =>
        [
            new("Value", "integer", obj => obj.Number("value") ?? 0), new("Global-Default", "boolean", obj => obj.Flag("globalDefault")), TableColumn.Age,
            Field("PreemptionPolicy", "preemptionPolicy") with { Priority = 1 },
        ],
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") =>
        [
            Field("PriorityLevel", "spec", "priorityLevelConfiguration", "name"),
            Count("MatchingPrecedence", "spec", "matchingPrecedence") with { Type = "string" },
            new("DistinguisherMethod", "string", obj => obj.Dig("spec", "distinguisherMethod").Text("type") ?? "<none>"), TableColumn.Age,
            new("MissingPL", "string", obj => Condition(obj, "Dangling") ?? "?"),
        ],
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") =>
        [
            Field("Type", "spec", "type"), Limit("NominalConcurrencyShares", "nominalConcurrencyShares"), Limit("Queues", "limitResponse", "queuing", "queues"),
            Limit("HandSize", "limitResponse", "queuing", "handSize"), Limit("QueueLengthLimit", "limitResponse", "queuing", "queueLengthLimit"), TableColumn.Age,
        ],
        ("rbac.authorization.k8s.io", "RoleBinding" or "ClusterRoleBinding") =>
        [
            new("Role", "string", obj => $"{obj["roleRef"].Text("kind")}/{obj["roleRef"].Text("name")}"), TableColumn.Age,
            Subjects("Users", "User"), Subjects("Groups", "Group"), Subjects("ServiceAccounts", "ServiceAccount"),
        ],
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration" or "MutatingWebhookConfiguration") =>
            [new("Webhooks", "integer", obj => obj.List("webhooks")?.Count ?? 0), TableColumn.Age],
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy") => [new("Validations", "integer", obj => obj["spec"].List("validations")?.Count ?? 0), ParamKind, TableColumn.Age],
        ("admissionregistration.k8s.io", "MutatingAdmissionPolicy") => [new("Mutations", "integer", obj => obj["spec"].List("mutations")?.Count ?? 0), ParamKind, TableColumn.Age],
        ("admissionregistration.k8s.io", _) => [Field("PolicyName", "spec", "policyName"), new("ParamRef", "string", ParamRef), TableColumn.Age],
        ("coordination.k8s.io", "Lease") => [Field("Holder", "spec", "holderIdentity"), TableColumn.Age],
        _ => TableColumn.CreatedAt,
    };

    private static TableColumn ParamKind { get; } = new("ParamKind", "string", obj =>
        obj.Dig("spec", "paramKind") is JsonObject kind ? $"{kind.Text("apiVersion")}/{kind.Text("kind")}" : "<unset>");

    private static JsonNode ParamRef(JsonObject binding) => binding.Dig("spec", "paramRef") is not JsonObject reference ? "<unset>"
        : reference.Text("name") is not { Length: > 0 } name ? "*"
        : reference.Text("namespace") is { Length: > 0 } ns ? $"{ns}/{name}" : name;

    private static JsonNode Ready(JsonObject obj) => $"{obj["status"].Number("readyReplicas") ?? 0}/{obj["spec"].Number("replicas") ?? 0}";

    private static JsonNode Hosts(JsonObject ingress)
    {
        var rules = ingress["spec"].List("rules") ?? [];
        var hosts = rules.Select(rule => rule.Text("host")).Where(host => !string.IsNullOrEmpty(host)).ToList();
        return hosts.Count == 0 ? "*" : hosts.Count <= 3 ? string.Join(",", hosts) : $"{string.Join(",", hosts.Take(3))} + {rules.Count - 3} more...";
    }

    private static JsonNode Parameters(JsonObject ingressClass)
    {
        if (ingressClass["spec"].Object("parameters") is not { } parameters)
            return "<none>";
        var group = parameters.Text("apiGroup") is { } name ? "." + name : "";
        return $"{parameters.Text("kind")}{group}/{parameters.Text("name")}";
    }

    private static JsonNode Controller(JsonObject revision)
    {
        if ((revision["metadata"].List("ownerReferences") ?? []).FirstOrDefault(owner => owner.Flag("controller")) is not { } owner)
            return "<none>";
        var version = owner.Text("apiVersion") ?? "";
        var slash = version.IndexOf('/', StringComparison.Ordinal);
        return $"{owner.Text("kind")?.ToLowerInvariant()}{(slash < 0 ? "" : "." + version[..slash])}/{owner.Text("name")}";
    }

    /// <summary>What a quota counts and how much of it is used.</summary>
    private static JsonNode Used(JsonObject quota, bool limits) => string.Join(", ", (quota["status"].Object("hard") ?? [])
        .Where(pair => pair.Key.StartsWith("limits.", StringComparison.Ordinal) == limits)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"{pair.Key}: {quota["status"].Object("used")?[pair.Key] ?? "0"}/{pair.Value}"));

    private static TableColumn Limit(string name, params string[] path) => new(name, "string", obj => obj.Dig(["spec", "limited", .. path])?.DeepClone() ?? "<none>");

    private static TableColumn Subjects(string name, string kind) => new(name, "string", obj => string.Join(", ", (obj.List("subjects") ?? [])
        .Where(subject => subject.Text("kind") == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.Text("namespace")}/{subject.Text("name")}" : subject.Text("name"))), 1);
}
