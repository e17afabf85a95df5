using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>core/v1 Pods. Nothing runs them: they stay pending, unless a client writes their status.</summary>
internal sealed class PodRules() : BuiltInRules("core/Pod")
{
    public override IReadOnlyCollection<string> SelectableFields { get; } =
        ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"];

    public override string? SelectableField(JsonObject obj, string field) => obj.Dig(field.Split('.'))?.ToString();

    public override void PrepareForCreate(JsonObject obj) => obj["status"] = new JsonObject { ["phase"] = "Pending" };

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors) =>
        PodValidation.Validate(obj["spec"]!.AsObject(), "spec", ["Always", "OnFailure", "Never"], errors);
}
