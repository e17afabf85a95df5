using System.Text.Json;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Foos;

/// <summary>Deployments, as Foos own them.</summary>
internal sealed class DeploymentKind() : OwnedKind(FooResources.Deployments, typeof(DeploymentSnapshot))
{
    internal override string PatchType => KubeMediaTypes.StrategicMergePatch;

    /// <inheritdoc/>
    public override ResourceSnapshot Decode(ref Utf8JsonReader reader) => DeploymentDecoder.Decode(ref reader);

    internal override Difference? Compare(ResourceSnapshot wanted, ResourceSnapshot there) =>
        DeploymentDifference.Between((DeploymentSnapshot)wanted, (DeploymentSnapshot)there);

    internal override void WriteFields(Utf8JsonWriter json, ResourceSnapshot wanted)
    {
        var deployment = (DeploymentSnapshot)wanted;
        json.WriteStartObject("spec"u8);

        // Left out, the API server makes it one: an autoscaler may own it from then on.
        if (deployment.Replicas is { } count)
            json.WriteNumber("replicas"u8, count);
        json.WriteStartObject("selector"u8);
        WriteLabels(json, "matchLabels"u8, deployment.AppLabel, deployment.ControllerLabel);
        json.WriteEndObject();
        json.WriteStartObject("template"u8);
        json.WriteStartObject("metadata"u8);
        WriteLabels(json, "labels"u8, deployment.AppLabel, deployment.ControllerLabel);
        json.WriteEndObject();
        WritePod(json, deployment.Image);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static void WriteLabels(Utf8JsonWriter json, ReadOnlySpan<byte> field, string? app, string? controller)
    {
        json.WriteStartObject(field);
        if (app is not null)
            json.WriteString("app"u8, app);
        if (controller is not null)
            json.WriteString("controller"u8, controller);
        json.WriteEndObject();
    }

    internal static void WritePod(Utf8JsonWriter json, string? image)
    {
        json.WriteStartObject("spec"u8);
        json.WriteStartArray("containers"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, FooReconciler.Container);
        json.WriteString("image"u8, image);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
