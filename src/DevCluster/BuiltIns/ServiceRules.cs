using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>core/v1 Services. There is no network: they get no addresses.</summary>
internal sealed class ServiceRules() : BuiltInRules("core/Service")
{
    public override IReadOnlyCollection<string> SelectableFields { get; } = ["spec.clusterIP", "spec.type"];

    public override string? SelectableField(JsonObject obj, string field) => obj.Dig(field.Split('.'))?.ToString();

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        var spec = obj["spec"]!.AsObject();
        var ports = spec.List("ports") ?? [];
        if (ports.Count == 0 && spec.Text("type") != "ExternalName" && spec.Text("clusterIP") != "None")
            errors.Add(FieldError.Required("spec.ports"));
        for (var i = 0; i < ports.Count; i++)
        {
            if (ports[i].Number("port") is not (>= 1 and <= 65535))
                errors.Add(FieldError.Invalid($"spec.ports[{i}].port", (ports[i].Number("port") ?? 0).ToString(CultureInfo.InvariantCulture), "must be between 1 and 65535, inclusive"));
        }

        if (spec.Text("type") is not ("ClusterIP" or "NodePort" or "LoadBalancer" or "ExternalName"))
            errors.Add(FieldError.NotSupported("spec.type", $"\"{spec.Text("type")}\"", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]));
    }
}
