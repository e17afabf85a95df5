using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>core/v1 Events, which is also the form in which events.k8s.io keeps its own.</summary>
internal sealed class EventRules() : BuiltInRules("core/Event")
{
    public override IReadOnlyCollection<string> SelectableFields { get; } =
    [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
        "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    ];

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        var about = obj["involvedObject"].Text("namespace") ?? "";
        var ns = obj["metadata"].Text("namespace") ?? "";
        if (about != ns && !(about.Length == 0 && ns == "default"))
            errors.Add(FieldError.InvalidText("involvedObject.namespace", about, "does not match event.namespace"));
    }

    public override string? SelectableField(JsonObject obj, string field) =>
        field == "source" ? obj.Dig("source", "component")?.ToString() : obj.Dig(field.Split('.'))?.ToString();
}
