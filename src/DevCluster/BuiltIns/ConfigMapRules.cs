using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>core/v1 ConfigMaps.</summary>
internal sealed class ConfigMapRules() : BuiltInRules("core/ConfigMap")
{
    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        foreach (var field in new[] { "data", "binaryData" })
            DataMaps.ValidateKeys(obj, field, errors);
        DataMaps.ValidateImmutable(obj, old, ["data", "binaryData"], errors);
    }
}
