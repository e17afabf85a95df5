using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What the scale subresource of a CRD may be (apiextensions, <c>validation.ValidateCustomResourceDefinitionSubresources</c>).</summary>
internal static class ScaleChecks
{
    public static void Validate(JsonObject? scale, string path, List<FieldError> errors)
    {
        if (scale is null)
            return;
        Replicas(scale, "specReplicasPath", ".spec", path, errors);
        Replicas(scale, "statusReplicasPath", ".status", path, errors);
        if (scale.Text("labelSelectorPath") is not { Length: > 0 } selector || !SimplePath.Validate(selector, $"{path}.labelSelectorPath", errors))
            return;
        if (!selector.StartsWith(".spec.", StringComparison.Ordinal) && !selector.StartsWith(".status.", StringComparison.Ordinal))
            errors.Add(FieldError.InvalidText($"{path}.labelSelectorPath", selector, "should be a json path under either .spec or .status"));
    }

    private static void Replicas(JsonObject scale, string field, string root, string path, List<FieldError> errors)
    {
        var text = scale.Text(field) ?? "";
        if (text.Length == 0)
            errors.Add(FieldError.Required($"{path}.{field}"));
        else if (SimplePath.Validate(text, $"{path}.{field}", errors) && !text.StartsWith(root + ".", StringComparison.Ordinal))
            errors.Add(FieldError.InvalidText($"{path}.{field}", text, $"should be a json path under {root}"));
    }
}
