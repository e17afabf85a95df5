using System.Text.Json;
using OrleansOperator.Grains.Engine.Kinds;

namespace OrleansOperator.Foos;

/// <summary>What a Foo wants of its Deployment and is otherwise.</summary>
/// <param name="Wanted">What is wanted.</param>
/// <param name="There">What is there.</param>
/// <param name="Replicas">The replicas, if they differ.</param>
/// <param name="Image">Whether the image differs.</param>
/// <param name="AppLabel">Whether the pods' <c>app</c> label differs.</param>
/// <param name="ControllerLabel">Whether the pods' <c>controller</c> label differs.</param>
internal sealed record DeploymentDifference(DeploymentSnapshot Wanted, DeploymentSnapshot There, int? Replicas, bool Image, bool AppLabel, bool ControllerLabel) : Difference
{
    /// <inheritdoc/>
    public override string Fields => string.Join(" and ", new[]
    {
        Replicas is null ? null : "replicas", Image ? "the image" : null, AppLabel || ControllerLabel ? "the pod labels" : null,
    }.OfType<string>());

    /// <inheritdoc/>
    public override string Text
    {
        get
        {
            var parts = new List<string>(4);
            if (Replicas is { } replicas)
                parts.Add($"replicas {There.Replicas} instead of {replicas}");
            if (Image)
                parts.Add($"image {There.Image ?? "missing"} instead of {Wanted.Image}");
            if (AppLabel)
                parts.Add($"pod label app {There.AppLabel ?? "missing"} instead of {Wanted.AppLabel}");
            if (ControllerLabel)
                parts.Add($"pod label controller {There.ControllerLabel ?? "missing"} instead of {Wanted.ControllerLabel}");
            return string.Join(", ", parts);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> FieldPath =>
        Replicas is not null ? ["f:spec", "f:replicas"]
        : Image ? ["f:spec", "f:template", "f:spec", "f:containers", $$"""k:{"name":"{{FooReconciler.Container}}"}""", "f:image"]
        : ["f:spec", "f:template", "f:metadata", "f:labels", AppLabel ? "f:app" : "f:controller"];

    /// <summary>The difference; null when there is none.</summary>
    public static DeploymentDifference? Between(DeploymentSnapshot wanted, DeploymentSnapshot there)
    {
        var replicas = wanted.Replicas is { } count && there.Replicas != count ? wanted.Replicas : null;
        var image = there.Image != wanted.Image;
        var app = there.AppLabel != wanted.AppLabel;
        var controller = there.ControllerLabel != wanted.ControllerLabel;
        return replicas is null && !image && !app && !controller ? null : new DeploymentDifference(wanted, there, replicas, image, app, controller);
    }

    internal override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteStartObject("spec"u8);
        if (Replicas is { } count)
            json.WriteNumber("replicas"u8, count);
        if (Image || AppLabel || ControllerLabel)
        {
            json.WriteStartObject("template"u8);
            if (AppLabel || ControllerLabel)
            {
                json.WriteStartObject("metadata"u8);
                DeploymentKind.WriteLabels(json, "labels"u8, AppLabel ? Wanted.AppLabel : null, ControllerLabel ? Wanted.ControllerLabel : null);
                json.WriteEndObject();
            }

            if (Image)
                DeploymentKind.WritePod(json, Wanted.Image);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
