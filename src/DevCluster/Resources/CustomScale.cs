using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>What the fields behind a custom resource's scale subresource may be (apiextensions, <c>customResourceValidator.ValidateScaleSpec</c>).</summary>
internal static class CustomScale
{
    public static void Validate(ScalePaths? scale, JsonObject obj, bool statusOnly, List<FieldError> errors)
    {
        if (scale is null)
            return;
        if (!statusOnly)
            Replicas(scale.SpecReplicas, obj, errors);
        Replicas(scale.StatusReplicas, obj, errors);
        if (scale.Selector is { } selector && obj.Dig(selector) is { } value && value.GetValueKind() != JsonValueKind.String)
            errors.Add(FieldError.InvalidText(Path(selector), "", $"{Path(selector)} accessor error: {value.ToText()} is of another type, expected string"));
    }

    private static void Replicas(string[] path, JsonObject obj, List<FieldError> errors)
    {
        if (obj.Dig(path) is not { } value)
            return;
        if (value.Whole() is not { } replicas)
            errors.Add(FieldError.Invalid(Path(path), "0", $"{Path(path)} accessor error: {value.ToText()} is of another type, expected int64"));
        else if (replicas < 0)
            errors.Add(FieldError.Invalid(Path(path), value.ToText(), "should be a non-negative integer"));
        else if (replicas > int.MaxValue)
            errors.Add(FieldError.Invalid(Path(path), value.ToText(), $"should be less than or equal to {int.MaxValue}"));
    }

    private static string Path(string[] path) => "." + string.Join('.', path);
}
