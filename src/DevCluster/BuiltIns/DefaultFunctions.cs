using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>Defaults that depend on other fields, by Go type.</summary>
internal static class DefaultFunctions
{
    private static readonly Dictionary<string, Action<JsonObject>> Functions = new()
    {
        ["core/Container"] = Container,
        ["core/EphemeralContainer"] = Container,
        ["core/Pod"] = pod => Requests(pod.Object("spec")),
        ["core/PodSpec"] = PodSpec,
        ["core/Service"] = Service,
        ["core/LimitRangeItem"] = LimitRangeItem,
        ["apps/StatefulSet"] = obj => LabelsFromTemplate(obj, selector: false),
        ["apps/ReplicaSet"] = obj => LabelsFromTemplate(obj, selector: false),
        ["batch/JobSpec"] = JobSpec,
        ["batch/Job"] = Job,
        ["networking/NetworkPolicySpec"] = PolicyTypes,
        ["autoscaling-v2/HorizontalPodAutoscalerSpec"] = Autoscaler,
        ["rbac/RoleBinding"] = RoleRef,
        ["rbac/ClusterRoleBinding"] = RoleRef,
        ["rbac/Subject"] = Subject,
    };

    public static Action<JsonObject>? Of(string type) => Functions.GetValueOrDefault(type);

    private static void Container(JsonObject container)
    {
        if (container.Text("image") is { Length: > 0 } image && string.IsNullOrEmpty(container.Text("imagePullPolicy")))
            container["imagePullPolicy"] = IsLatest(image) ? "Always" : "IfNotPresent";
    }

    /// <summary>What is not requested is what is the limit.</summary>
    private static void Requests(JsonObject? spec)
    {
        foreach (var list in new[] { "containers", "initContainers" })
        {
            foreach (var container in (spec.List(list) ?? []).OfType<JsonObject>())
            {
                if (container.Object("resources") is not { } resources || resources.Object("limits") is not { } limits)
                    continue;
                foreach (var (name, limit) in limits)
                    resources.Ensure("requests").Default(name, limit!.DeepClone());
            }
        }

        spec?.Default("enableServiceLinks", true);
    }

    private static void PodSpec(JsonObject spec)
    {
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
            spec.Default("serviceAccount", account);
    }

    private static void Service(JsonObject service)
    {
        if (service.Object("spec") is not { } spec)
            return;
        foreach (var port in (spec.List("ports") ?? []).OfType<JsonObject>())
        {
            if (port["targetPort"] is null && port["port"] is { } number)
                port["targetPort"] = number.DeepClone();
        }
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

    private static void LabelsFromTemplate(JsonObject obj, bool selector)
    {
        if (obj.Dig("spec", "template", "metadata").Object("labels") is not { Count: > 0 } labels)
            return;
        if (obj["metadata"].Object("labels") is not { Count: > 0 })
            obj.Ensure("metadata")["labels"] = labels.DeepClone();
        if (selector && obj.Dig("spec", "selector") is null)
            obj.Ensure("spec")["selector"] = new JsonObject { ["matchLabels"] = labels.DeepClone() };
    }

    private static void Job(JsonObject job) => LabelsFromTemplate(job, selector: false);

    private static void JobSpec(JsonObject spec)
    {
        var indexed = spec.Text("completionMode") == "Indexed";
        if (spec["completions"] is null && spec["parallelism"] is null)
            (spec["completions"], spec["parallelism"]) = (1, 1);
        spec.Default("parallelism", 1);
        if (indexed && spec["backoffLimitPerIndex"] is not null)
            spec.Default("backoffLimit", int.MaxValue);
        spec.Default("backoffLimit", 6);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
    }

    private static void PolicyTypes(JsonObject spec)
    {
        if (spec.List("policyTypes") is not { Count: > 0 })
            spec["policyTypes"] = spec.List("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
    }

    private static void Autoscaler(JsonObject spec)
    {
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
