using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Jobs.</summary>
internal static class JobChecks
{
    private const long MaxParallelIndexed = 100_000;
    private const long MaxFailedIndexes = 100_000;
    private const long ManyCompletions = 100_000;
    private const long ParallelOfMany = 10_000;
    private const long FailedOfMany = 10_000;
    private const int MaxExitCodes = 255;

    private static readonly string[] Labels = ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];

    private static readonly string[] Immutable = ["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"];

    public static void Job(Subject job)
    {
        var (metadata, spec) = (job["metadata"]!, job.In("spec")!);
        if (job.Old is null && !spec.Value.Flag("manualSelector"))
            Generated(spec, metadata.Text("name") ?? "", metadata.Text("uid") ?? "");
        if (spec["selector"] is null)
            spec.Required("selector");
        if (spec["selector"] is not JsonObject selector || !WorkloadChecks.Selects(selector, spec["template"]!["metadata"].Object("labels")))
            spec.Invalid("template.metadata.labels", "`selector` does not match template `labels`");
        if (spec.Text("completionMode") == "Indexed" && spec.Number("completions") is > 0 and var completions && job.Old is null)
        {
            var host = $"{metadata.Text("name")}-{completions - 1}";
            if (Names.DnsLabel(host).Any())
                job.Invalid("metadata.name", $"will not able to create pod with invalid DNS label: {host}");
        }

        if (job.Old is not null)
            Update(spec);
    }

    /// <summary>What holds for Jobs and for those that a CronJob will create.</summary>
    public static void Spec(Subject spec)
    {
        var (mode, completions, failed) = (spec.Text("completionMode"), spec.Number("completions"), spec.Number("maxFailedIndexes"));
        if (failed is not null && spec["backoffLimitPerIndex"] is null)
            spec.Required("backoffLimitPerIndex", "when maxFailedIndexes is specified");
        if (mode == "Indexed")
            Indexed(spec, completions, failed);
        if (mode is "" or "NonIndexed")
        {
            foreach (var field in new[] { "backoffLimitPerIndex", "maxFailedIndexes", "successPolicy" })
            {
                if (spec[field] is not null)
                    spec.Invalid(field, "requires indexed completion mode");
            }
        }

        var hasPolicy = spec["podFailurePolicy"] is not null;
        if (spec["podReplacementPolicy"] is not null && hasPolicy && spec.Text("podReplacementPolicy") != "Failed")
            spec.NotSupported("podReplacementPolicy", "Failed");
        else if (spec["podReplacementPolicy"] is not null && spec.Text("podReplacementPolicy") is not ("Failed" or "TerminatingOrFailed"))
            spec.NotSupported("podReplacementPolicy", "Failed", "TerminatingOrFailed");
        var pod = spec.In("template")!.In("spec")!;
        switch (pod.Text("restartPolicy"))
        {
            case "Always" or "":
                pod.Required("restartPolicy", "valid values: \"OnFailure\", \"Never\"");
                break;
            case "OnFailure" when hasPolicy:
                pod.Invalid("restartPolicy", "only \"Never\" is supported when podFailurePolicy is specified");
                break;
            case "OnFailure" or "Never":
                break;
            default:
                pod.NotSupported("restartPolicy", "OnFailure", "Never");
                break;
        }
    }

    public static void FailurePolicyRule(Subject rule)
    {
        var (codes, conditions) = (rule["onExitCodes"] is not null, rule.Has("onPodConditions"));
        if (codes && conditions)
            rule.InvalidHere("specifying both OnExitCodes and OnPodConditions is not supported");
        else if (!codes && !conditions)
            rule.InvalidHere("specifying one of OnExitCodes and OnPodConditions is required");
        if (rule.Text("action") == "FailIndex" && rule.Parent!.Parent!["backoffLimitPerIndex"] is null)
            rule.Invalid("action", "requires the backoffLimitPerIndex to be set");
    }

    public static void ExitCodes(Subject codes)
    {
        var values = (codes.Value.List("values") ?? []).Select(value => value.Whole() ?? 0).ToList();
        var pod = codes.Parent!.Parent!.Parent!.In("template")!.In("spec")!;
        if (codes["containerName"] is not null && !pod.Items("containers").Concat(pod.Items("initContainers")).Any(container => container.Text("name") == codes.Text("containerName")))
            codes.Invalid("containerName", "must be one of the container or initContainer names in the pod template");
        if (values.Count == 0)
            codes.Invalid("values", "at least one value is required");
        else if (values.Count > MaxExitCodes)
            codes.Errors.Add(FieldError.TooMany(codes.At("values"), values.Count, MaxExitCodes));
        for (var i = 0; i < values.Count; i++)
        {
            if (codes.Text("operator") == "In" && values[i] == 0)
                codes.Invalid($"values[{i}]", values[i], "must not be 0 for the In operator");
            if (values.IndexOf(values[i]) < i)
                codes.Duplicate($"values[{i}]", values[i]);
        }

        if (!values.Order().SequenceEqual(values))
            codes.Invalid("values", "must be ordered");
    }

    public static void SuccessPolicyRule(Subject rule)
    {
        var completions = rule.Parent!.Parent!.Number("completions") ?? 0;
        if (rule["succeededCount"] is null && rule["succeededIndexes"] is null)
            rule.RequiredHere("at least one of succeededCount or succeededIndexes must be specified");
        long? total = null;
        if (rule["succeededIndexes"] is not null)
        {
            total = CountIndexes(rule.Text("succeededIndexes"), completions);
            if (total is null)
                rule.Invalid("succeededIndexes", "error parsing succeededIndexes");
        }

        if (rule.Number("succeededCount") is not { } count)
            return;
        if (count > completions)
            rule.Invalid("succeededCount", $"must be less than or equal to {completions} (the number of specified completions)");
        if (total is not null && count > total)
            rule.Invalid("succeededCount", $"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)");
    }

    /// <summary>How many indexes a text such as <c>1,3-5</c> names; null when it is none.</summary>
    public static long? CountIndexes(string text, long completions)
    {
        if (text.Length == 0)
            return 0;
        var (count, last) = (0L, -1L);
        foreach (var interval in text.Split(','))
        {
            var bounds = interval.Split('-');
            if (bounds.Length > 2 || !bounds.All(bound => long.TryParse(bound, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _)))
                return null;
            var (from, to) = (Number(bounds[0]), Number(bounds[^1]));
            if (from <= last || to >= completions || (bounds.Length == 2 && to <= from))
                return null;
            count += to - from + 1;
            last = to;
        }

        return count;

        static long Number(string bound) => long.Parse(bound, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A Job whose selector is generated has the labels that only it has.</summary>
    private static void Generated(Subject spec, string name, string uid)
    {
        var template = spec.In("template")!;
        var labels = template["metadata"].Object("labels");
        foreach (var label in Labels)
        {
            var expected = label.EndsWith("uid", StringComparison.Ordinal) ? uid : name;
            if (labels.Text(label) is not { } actual)
                template.Required($"metadata.labels[{label}]", $"must be '{expected}'");
            else if (actual != expected)
                template.Invalid($"metadata.labels[{label}]", labels, $"must be '{expected}'");
        }

        var generated = new JsonObject();
        foreach (var label in Labels)
            generated[label] = label.EndsWith("uid", StringComparison.Ordinal) ? uid : name;
        if (spec["selector"] is JsonObject selector && !WorkloadChecks.Selects(selector, generated))
            spec.Invalid("selector", "`selector` not auto-generated");
    }

    private static void Indexed(Subject spec, long? completions, long? failed)
    {
        var parallelism = spec.Number("parallelism");
        if (completions is null)
            spec.Required("completions", "when completion mode is Indexed");
        if (parallelism > MaxParallelIndexed)
            spec.Invalid("parallelism", $"must be less than or equal to {MaxParallelIndexed} when completion mode is Indexed");
        if (failed > completions)
            spec.Invalid("maxFailedIndexes", "must be less than or equal to completions");
        if (failed > MaxFailedIndexes)
            spec.Invalid("maxFailedIndexes", $"must be less than or equal to {MaxFailedIndexes}");
        if (completions is not > ManyCompletions || spec["backoffLimitPerIndex"] is null)
            return;
        if (failed is null)
            spec.Required("maxFailedIndexes", $"must be specified when completions is above {ManyCompletions}");
        if (parallelism > ParallelOfMany)
            spec.Invalid("parallelism", $"must be less than or equal to {ParallelOfMany} when completions are above {ManyCompletions} and used with backoff limit per index");
        if (failed > FailedOfMany)
            spec.Invalid("maxFailedIndexes", $"must be less than or equal to {FailedOfMany} when completions are above {ManyCompletions} and used with backoff limit per index");
    }

    private static void Update(Subject spec)
    {
        var old = spec.Old!;
        if (spec.Text("completionMode") != "Indexed")
        {
            if (spec.Changes("completions"))
                spec.Invalid("completions", "field is immutable");
        }
        else if (spec.Changes("completions") && spec["completions"] is not null && spec.Number("completions") != spec.Number("parallelism"))
        {
            spec.Invalid("completions", "can only be modified in tandem with spec.parallelism");
        }

        foreach (var field in Immutable.Where(field => spec.Changes(field)))
            spec.Invalid(field, "field is immutable");
        var (template, before) = (spec["template"]!.AsObject().Clone(), old["template"]!.AsObject().Clone());
        if (old.Flag("suspend"))
        {
            // A suspended Job may still be told where its pods run, and what they ask for.
            foreach (var each in new[] { template, before })
            {
                each.Remove("metadata");
                foreach (var field in new[] { "nodeSelector", "tolerations", "schedulingGates", "affinity" })
                    each["spec"]!.AsObject().Remove(field);
                foreach (var container in (each["spec"].List("containers") ?? []).Concat(each["spec"].List("initContainers") ?? []))
                    container!.AsObject().Remove("resources");
            }
        }

        if (!JsonNode.DeepEquals(template, before))
            spec.Invalid("template", "field is immutable");
    }
}
