using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>Defaults that depend on other fields, by Go type.</summary>
internal static class DefaultFunctions
{
    private static readonly string[] Containers = ["containers", "initContainers"];

    private static readonly Dictionary<string, Action<JsonObject>> Functions = new()
    {
        ["core/Container"] = Container,
        ["core/EphemeralContainer"] = Container,
        ["core/Pod"] = Pod,
        ["core/PodSpec"] = PodSpec,
        ["core/Volume"] = Volume,
        ["core/Service"] = Service,
        ["core/Namespace"] = Namespace,
        ["core/NodeStatus"] = NodeStatus,
        ["core/LimitRangeItem"] = LimitRangeItem,
        ["core/Secret"] = Secret,
        ["core/ReplicationController"] = ReplicationController,
        ["apps/StatefulSet"] = StatefulSet,
        ["apps/DaemonSet"] = DaemonSet,
        ["batch/Job"] = Job,
        ["networking/NetworkPolicySpec"] = PolicyTypes,
        ["autoscaling-v2/HorizontalPodAutoscalerSpec"] = Autoscaler,
        ["rbac/RoleBinding"] = RoleRef,
        ["rbac/ClusterRoleBinding"] = RoleRef,
        ["rbac/Subject"] = Subject,
    };

    public static Action<JsonObject>? Of(string type) => Functions.GetValueOrDefault(type);

    private static void Container(JsonObject container) => PullPolicy(container, "imagePullPolicy", container.Text("image"));

    private static void Volume(JsonObject volume)
    {
        if (volume.Count == 1)
            volume["emptyDir"] = new JsonObject();
        if (volume.Object("image") is { } image)
            PullPolicy(image, "pullPolicy", image.Text("reference"));
    }

    private static void PullPolicy(JsonObject obj, string field, string? image)
    {
        if (string.IsNullOrEmpty(obj.Text(field)))
            obj[field] = image is { Length: > 0 } && IsLatest(image) ? "Always" : "IfNotPresent";
    }

    /// <summary>What holds for Pods and not for templates of them.</summary>
    private static void Pod(JsonObject pod)
    {
        var spec = pod["spec"]!.AsObject();
        var containers = Containers.SelectMany(list => (spec.List(list) ?? []).OfType<JsonObject>()).ToList();
        foreach (var resources in containers.Select(container => container.Object("resources")))
        {
            foreach (var (name, limit) in resources.Object("limits") ?? [])
                resources!.Ensure("requests").Default(name, limit!.DeepClone());
        }

        spec.Default("enableServiceLinks", true);
        if (!spec.Flag("hostNetwork"))
            return;
        foreach (var port in containers.SelectMany(container => container.List("ports") ?? []).OfType<JsonObject>())
            port.Default("hostPort", port["containerPort"]!.DeepClone());
    }

    /// <summary><c>serviceAccount</c> is the old name of <c>serviceAccountName</c>: both are written.</summary>
    private static void PodSpec(JsonObject spec)
    {
        if (spec.Text("serviceAccountName") is not { Length: > 0 } && spec.Text("serviceAccount") is { Length: > 0 } old)
            spec["serviceAccountName"] = old;
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
            spec["serviceAccount"] = account;
    }

    private static void Service(JsonObject service)
    {
        var spec = service["spec"]!.AsObject();
        if (string.IsNullOrEmpty(spec.Text("sessionAffinity")))
            spec["sessionAffinity"] = "None";
        if (spec.Text("sessionAffinity") == "None")
            spec.Remove("sessionAffinityConfig");
        if (spec.Text("sessionAffinity") == "ClientIP" && spec.Dig("sessionAffinityConfig", "clientIP", "timeoutSeconds") is null)
            spec["sessionAffinityConfig"] = new JsonObject { ["clientIP"] = new JsonObject { ["timeoutSeconds"] = 10800 } };
        if (string.IsNullOrEmpty(spec.Text("type")))
            spec["type"] = "ClusterIP";
        foreach (var port in (spec.List("ports") ?? []).OfType<JsonObject>())
        {
            if (port["targetPort"] is null || port.Text("targetPort") is "" || port.Number("targetPort") == 0)
                port["targetPort"] = port["port"]!.DeepClone();
        }

        var type = spec.Text("type");
        var isBalanced = type == "LoadBalancer";
        if ((isBalanced || type == "NodePort" || (type == "ClusterIP" && spec.List("externalIPs") is { Count: > 0 })) && string.IsNullOrEmpty(spec.Text("externalTrafficPolicy")))
            spec["externalTrafficPolicy"] = "Cluster";
        if (isBalanced || type is "NodePort" or "ClusterIP")
            spec.Default("internalTrafficPolicy", "Cluster");
        if (!isBalanced)
            return;
        spec.Default("allocateLoadBalancerNodePorts", true);
        foreach (var ingress in (service.Dig("status", "loadBalancer").List("ingress") ?? []).OfType<JsonObject>())
        {
            if (ingress.Text("ip") is { Length: > 0 })
                ingress.Default("ipMode", "VIP");
        }
    }

    private static void Namespace(JsonObject ns)
    {
        if (ns["metadata"].Text("name") is { Length: > 0 } name)
            ns["metadata"]!.AsObject().Ensure("labels")["kubernetes.io/metadata.name"] = name;
    }

    private static void NodeStatus(JsonObject status)
    {
        if (status["capacity"] is { } capacity)
            status.Default("allocatable", capacity.DeepClone());
    }

    /// <summary><c>stringData</c> is written and never read: it ends up in <c>data</c>.</summary>
    private static void Secret(JsonObject secret)
    {
        foreach (var (key, value) in secret.Object("stringData") ?? [])
            secret.Ensure("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value?.ToString() ?? ""));
        secret.Remove("stringData");
    }

    private static void LimitRangeItem(JsonObject item)
    {
        if (item.Text("type") != "Container")
            return;
        foreach (var (from, to) in new[] { ("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest") })
        {
            foreach (var (name, value) in item.Object(from) ?? [])
                item.Ensure(to).Default(name, value!.DeepClone());
        }
    }

    private static void ReplicationController(JsonObject controller)
    {
        LabelsFromTemplate(controller);
        if (controller.Dig("spec", "template", "metadata").Object("labels") is { Count: > 0 } labels && controller.Dig("spec", "selector") is null)
            controller["spec"]!["selector"] = labels.DeepClone();
    }

    /// <summary>The claims of a StatefulSet are written with their kind.</summary>
    private static void StatefulSet(JsonObject set)
    {
        foreach (var claim in (set["spec"].List("volumeClaimTemplates") ?? []).OfType<JsonObject>())
            (claim["kind"], claim["apiVersion"]) = ("PersistentVolumeClaim", "v1");
    }

    /// <summary>An annotation counts the templates.</summary>
    private static void DaemonSet(JsonObject set) =>
        set["metadata"]!.AsObject().Ensure("annotations").Default("deprecated.daemonset.template.generation", "0");

    private static void LabelsFromTemplate(JsonObject obj)
    {
        if (obj.Dig("spec", "template", "metadata").Object("labels") is { Count: > 0 } labels && obj["metadata"].Object("labels") is not { Count: > 0 })
            obj["metadata"]!["labels"] = labels.DeepClone();
    }

    private static void Job(JsonObject job)
    {
        var spec = job["spec"]!.AsObject();
        if (spec["parallelism"] is null)
            spec.Default("completions", 1);
        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec["backoffLimitPerIndex"] is null ? 6 : int.MaxValue);
        LabelsFromTemplate(job);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
        spec.Default("manualSelector", false);
    }

    private static void PolicyTypes(JsonObject spec)
    {
        if (spec.List("policyTypes") is not { Count: > 0 })
            spec["policyTypes"] = spec.List("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    private static void Autoscaler(JsonObject spec)
    {
        spec.Default("minReplicas", 1);
        if (spec.List("metrics") is not { Count: > 0 })
        {
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80 } },
            });
        }

        if (spec.Object("behavior") is not { } behavior)
            return;
        ScalingRules(behavior.Ensure("scaleUp"), ("stabilizationWindowSeconds", 0), [("Pods", 4, 15), ("Percent", 100, 15)]);
        ScalingRules(behavior.Ensure("scaleDown"), null, [("Percent", 100, 15)]);
    }

    private static void ScalingRules(JsonObject rules, (string Field, int Value)? window, (string Type, int Value, int Period)[] policies)
    {
        if (window is { } given)
            rules.Default(given.Field, given.Value);
        rules.Default("selectPolicy", "Max");
        if (rules["policies"] is null)
        {
            rules["policies"] = new JsonArray([.. policies.Select(policy =>
                new JsonObject { ["type"] = policy.Type, ["value"] = policy.Value, ["periodSeconds"] = policy.Period })]);
        }
    }

    private static void RoleRef(JsonObject binding)
    {
        var reference = binding.Ensure("roleRef");
        if (string.IsNullOrEmpty(reference.Text("apiGroup")))
            reference["apiGroup"] = "rbac.authorization.k8s.io";
    }

    private static void Subject(JsonObject subject)
    {
        if (subject.Text("kind") is "User" or "Group" && string.IsNullOrEmpty(subject.Text("apiGroup")))
            subject["apiGroup"] = "rbac.authorization.k8s.io";
    }

    private static bool IsLatest(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        if (name.Contains('@', StringComparison.Ordinal))
            return false;
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || name[(colon + 1)..] == "latest";
    }
}
