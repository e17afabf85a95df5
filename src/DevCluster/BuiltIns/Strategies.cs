using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>What a server sets in objects of a kind on its own account, whatever a client says.</summary>
internal sealed record Strategy
{
    /// <summary>Completes a new object, which has a name and a uid.</summary>
    public Action<JsonObject>? Create { get; init; }

    /// <summary>Completes a changed object: the new one, the old one.</summary>
    public Action<JsonObject, JsonObject>? Update { get; init; }

    /// <summary>The last touch before an object is stored.</summary>
    public Action<JsonObject>? Canonicalize { get; init; }

    /// <summary>How long a deleted object stays, from the object and from the seconds asked for.</summary>
    public Func<JsonObject, long?, long?>? GracePeriod { get; init; }

    /// <summary>Whether a new object comes with a status of its own.</summary>
    public bool TakesStatus { get; init; }

    /// <summary>Paths of what a write through the status subresource cannot set.</summary>
    public IReadOnlyList<string> StatusResets { get; init; } = ["spec"];
}

/// <summary>The strategies of built-in kinds (Kubernetes, <c>pkg/registry</c>), by Go type.</summary>
internal static class Strategies
{
    private const string TemplateGeneration = "deprecated.daemonset.template.generation";

    private static readonly Strategy Plain = new();

    private static readonly FrozenDictionary<string, Func<Strategy>> All = new Dictionary<string, Func<Strategy>>
    {
        ["core/Namespace"] = () => new() { Create = NewNamespace, Update = KeepFinalizers, Canonicalize = GoDefaultsOfNamespace },
        ["core/Pod"] = () => PodStrategy.Strategy,
        ["core/Service"] = () => new ServiceStrategy().Strategy,
        ["core/Node"] = () => new() { TakesStatus = true },
        ["core/Secret"] = () => new() { Update = KeepType },
        ["core/PersistentVolume"] = () => new() { Create = obj => obj["status"] = new JsonObject { ["phase"] = "Pending" } },
        ["core/PersistentVolumeClaim"] = () => new() { Create = NewClaim },
        ["apps/Deployment"] = () => new() { StatusResets = ["spec", "metadata.labels"] },
        ["apps/DaemonSet"] = () => new() { Create = NewDaemonSet, Update = CountTemplate },
        ["batch/Job"] = () => new() { Create = NewJob },
        ["flowcontrol/FlowSchema"] = () => new() { StatusResets = ["spec", "metadata"] },
        ["flowcontrol/PriorityLevelConfiguration"] = () => new() { StatusResets = ["spec", "metadata"] },
    }.ToFrozenDictionary();

    public static Strategy Of(string type) => All.GetValueOrDefault(type)?.Invoke() ?? Plain;

    private static void NewNamespace(JsonObject ns)
    {
        var finalizers = ns["spec"].List("finalizers") ?? [];
        if (!finalizers.Any(finalizer => finalizer?.ToString() == "kubernetes"))
            finalizers.Add("kubernetes");
        ns["spec"] = new JsonObject { ["finalizers"] = finalizers.DeepClone() };
        ns["status"] = new JsonObject { ["phase"] = "Active" };
    }

    /// <summary>The finalizers of a namespace change through <c>finalize</c> alone.</summary>
    private static void KeepFinalizers(JsonObject ns, JsonObject old) => ns["spec"] = old["spec"]?.DeepClone();

    /// <summary>A namespace whose name was generated gets its label now.</summary>
    private static void GoDefaultsOfNamespace(JsonObject ns) => GoDefaults.Apply(GoTypes.Of("core/Namespace"), ns);

    private static void KeepType(JsonObject secret, JsonObject old)
    {
        if (string.IsNullOrEmpty(secret.Text("type")))
            secret["type"] = old["type"]?.DeepClone();
    }

    /// <summary>The two ways to name where a volume comes from say the same.</summary>
    private static void NewClaim(JsonObject claim)
    {
        var spec = claim["spec"]!.AsObject();
        claim["status"] = new JsonObject { ["phase"] = "Pending" };
        if (spec.Object("dataSource") is { } source)
            spec.Default("dataSourceRef", source.DeepClone());
        else if (spec.Object("dataSourceRef") is { } reference && string.IsNullOrEmpty(reference.Text("namespace")) && IsOldSource(reference))
            spec["dataSource"] = new JsonObject { ["apiGroup"] = reference["apiGroup"]?.DeepClone(), ["kind"] = reference["kind"]?.DeepClone(), ["name"] = reference["name"]?.DeepClone() };
    }

    private static bool IsOldSource(JsonObject reference) => (reference.Text("apiGroup") ?? "", reference.Text("kind")) is
        ("", "PersistentVolumeClaim") or ("snapshot.storage.k8s.io", "VolumeSnapshot");

    private static void NewDaemonSet(JsonObject set) => set["metadata"]!.AsObject().Ensure("annotations")[TemplateGeneration] = "1";

    private static void CountTemplate(JsonObject set, JsonObject old)
    {
        var before = old.Dig("metadata", "annotations").Text(TemplateGeneration);
        var count = long.TryParse(before, out var number) ? number : 1;
        if (!JsonNode.DeepEquals(set.Dig("spec", "template"), old.Dig("spec", "template")))
            count++;
        set["metadata"]!.AsObject().Ensure("annotations")[TemplateGeneration] = count.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A Job finds its pods by labels that nobody else has, unless its author takes that on (<c>manualSelector</c>).</summary>
    private static void NewJob(JsonObject job)
    {
        var (metadata, spec) = (job["metadata"]!, job["spec"]!.AsObject());
        if (spec.Flag("manualSelector"))
            return;
        var labels = spec["template"]!["metadata"]!.AsObject().Ensure("labels");
        var (name, uid) = (metadata.Text("name")!, metadata.Text("uid")!);
        foreach (var (label, value) in new[] { ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name), ("controller-uid", uid), ("job-name", name) })
        {
            if (labels.Text(label) is { } taken && taken != value)
                return;
            labels[label] = value;
        }

        spec.Ensure("selector").Ensure("matchLabels").Default("batch.kubernetes.io/controller-uid", uid);
    }
}
