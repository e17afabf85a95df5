using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>apps/v1 Deployments: their defaults and their validation.</summary>
internal sealed class DeploymentRules() : BuiltInRules("apps/Deployment")
{
    public override bool HasGeneration => true;

    public override bool ChangesGeneration(JsonObject obj, JsonObject old) =>
        base.ChangesGeneration(obj, old) || !JsonNode.DeepEquals(obj.Dig("metadata", "annotations"), old.Dig("metadata", "annotations"));

    public override IReadOnlyList<string> StatusResets => ["spec", "metadata.labels"];

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        var spec = obj["spec"]!.AsObject();
        NotNegative(spec, "replicas", "spec.replicas", errors);
        NotNegative(spec, "minReadySeconds", "spec.minReadySeconds", errors);
        NotNegative(spec, "revisionHistoryLimit", "spec.revisionHistoryLimit", errors);
        if (spec.Number("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Number("minReadySeconds") ?? 0))
            errors.Add(FieldError.Invalid("spec.progressDeadlineSeconds", Text(deadline), "must be greater than minReadySeconds"));
        ValidateStrategy(spec["strategy"]!.AsObject(), errors);

        var selector = spec["selector"] as JsonObject;
        if (selector is null)
            errors.Add(FieldError.Required("spec.selector"));
        else if (selector.Object("matchLabels") is not { Count: > 0 } && selector.List("matchExpressions") is not { Count: > 0 })
            errors.Add(FieldError.Invalid("spec.selector", selector.ToText(), "empty selector is invalid for deployment"));
        var labels = spec.Dig("template", "metadata", "labels") as JsonObject;
        MetadataRules.ValidateLabels(selector.Object("matchLabels"), "spec.selector.matchLabels", errors);
        if (selector is null || !Selects(selector, labels))
        {
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", labels?.ToText() ?? "null", "`selector` does not match template `labels`"));
        }

        MetadataRules.ValidateLabels(labels, "spec.template.metadata.labels", errors);
        PodValidation.Validate(spec["template"]!["spec"]!.AsObject(), "spec.template.spec", ["Always"], errors);
        if (old is not null && !JsonNode.DeepEquals(selector, old.Dig("spec", "selector")))
            errors.Add(FieldError.Invalid("spec.selector", selector.ToText(), "field is immutable"));
    }

    public override void ValidateStatus(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        var status = obj["status"] as JsonObject ?? [];
        foreach (var field in new[] { "observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas" })
            NotNegative(status, field, $"status.{field}", errors);
        var replicas = status.Number("replicas") ?? 0;
        foreach (var field in new[] { "updatedReplicas", "readyReplicas", "availableReplicas" })
        {
            if (status.Number(field) is { } value && value > replicas)
                errors.Add(FieldError.Invalid($"status.{field}", Text(value), "cannot be greater than status.replicas"));
        }

        if ((status.Number("availableReplicas") ?? 0) > (status.Number("readyReplicas") ?? 0) && (status.Number("availableReplicas") ?? 0) <= replicas)
            errors.Add(FieldError.Invalid("status.availableReplicas", Text(status.Number("availableReplicas") ?? 0), "cannot be greater than readyReplicas"));
    }

    private static void ValidateStrategy(JsonObject strategy, List<FieldError> errors)
    {
        switch (strategy.Text("type"))
        {
            case "Recreate" when strategy["rollingUpdate"] is not null:
                errors.Add(FieldError.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
                break;
            case "RollingUpdate" or "Recreate":
                break;
            case var other:
                errors.Add(FieldError.NotSupported("spec.strategy.type", $"\"{other}\"", ["Recreate", "RollingUpdate"]));
                break;
        }
    }

    private static bool Selects(JsonObject selector, JsonObject? labels)
    {
        foreach (var (key, value) in selector.Object("matchLabels") ?? [])
        {
            if (!JsonNode.DeepEquals(labels?[key], value))
                return false;
        }

        foreach (var expression in selector.List("matchExpressions") ?? [])
        {
            var label = labels.Text(expression.Text("key") ?? "");
            var among = label is not null && (expression.List("values") ?? []).Any(v => v?.ToString() == label);
            var holds = expression.Text("operator") switch
            {
                "In" => among,
                "NotIn" => !among,
                "Exists" => label is not null,
                "DoesNotExist" => label is null,
                _ => false,
            };
            if (!holds)
                return false;
        }

        return true;
    }

    private static void NotNegative(JsonObject obj, string field, string path, List<FieldError> errors)
    {
        if (obj.Number(field) is { } value && value < 0)
            errors.Add(FieldError.Invalid(path, Text(value), "must be greater than or equal to 0"));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
