using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>The bodies of the requests that are written for a Foo.</summary>
internal static class FooBodies
{
    /// <summary>The Deployment, as sample-controller makes it.</summary>
    public static ReadOnlyMemory<byte> Deployment(FooSnapshot foo, string name, int? replicas) => Write(json =>
    {
        json.WriteString("apiVersion"u8, FooResources.Deployments.ApiVersion);
        json.WriteString("kind"u8, FooResources.Deployments.Kind);
        json.WriteStartObject("metadata"u8);
        json.WriteString("name"u8, name);
        json.WriteString("namespace"u8, foo.Key.Namespace);
        json.WriteStartArray("ownerReferences"u8);
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, FooResources.Foos.ApiVersion);
        json.WriteString("kind"u8, FooResources.Foos.Kind);
        json.WriteString("name"u8, foo.Key.Name);
        json.WriteString("uid"u8, foo.Uid);
        json.WriteBoolean("controller"u8, true);
        json.WriteBoolean("blockOwnerDeletion"u8, true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();

        json.WriteStartObject("spec"u8);

        // Left out, the API server makes it one: an autoscaler may own it from then on.
        if (replicas is { } count)
            json.WriteNumber("replicas"u8, count);
        json.WriteStartObject("selector"u8);
        Labels(json, "matchLabels"u8, FooPlanner.App, foo.Key.Name);
        json.WriteEndObject();
        json.WriteStartObject("template"u8);
        json.WriteStartObject("metadata"u8);
        Labels(json, "labels"u8, FooPlanner.App, foo.Key.Name);
        json.WriteEndObject();
        Pod(json);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>A strategic merge patch of what differs, for exactly the version that was looked at.</summary>
    public static ReadOnlyMemory<byte> DeploymentPatch(FooSnapshot foo, FooPlan.Patch patch) => Write(json =>
    {
        Precondition(json, patch.Deployment.Uid, patch.Deployment.ResourceVersion);
        json.WriteStartObject("spec"u8);
        if (patch.Replicas is { } count)
            json.WriteNumber("replicas"u8, count);
        if (patch.Image || patch.AppLabel || patch.ControllerLabel)
        {
            json.WriteStartObject("template"u8);
            if (patch.AppLabel || patch.ControllerLabel)
            {
                json.WriteStartObject("metadata"u8);
                Labels(json, "labels"u8, patch.AppLabel ? FooPlanner.App : null, patch.ControllerLabel ? foo.Key.Name : null);
                json.WriteEndObject();
            }

            if (patch.Image)
                Pod(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>
    /// DeleteOptions for exactly the Deployment and version that was looked at: a uid alone would not tell that the user has
    /// released it meanwhile. Its own dependents go in the background.
    /// </summary>
    public static ReadOnlyMemory<byte> Deletion(DeploymentSnapshot deployment) => Write(json =>
    {
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("kind"u8, "DeleteOptions"u8);
        json.WriteString("propagationPolicy"u8, "Background"u8);
        json.WriteStartObject("preconditions"u8);
        json.WriteString("uid"u8, deployment.Uid);
        json.WriteString("resourceVersion"u8, deployment.ResourceVersion.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    });

    /// <summary>A merge patch of the status, for exactly the version that was looked at. Other writers' conditions stay.</summary>
    public static ReadOnlyMemory<byte> Status(FooSnapshot foo, FooStatus status) => Write(json =>
    {
        Precondition(json, foo.Uid, foo.ResourceVersion);
        json.WriteStartObject("status"u8);
        json.WriteNumber("availableReplicas"u8, status.AvailableReplicas);
        json.WriteNumber("observedGeneration"u8, status.ObservedGeneration);
        json.WriteString("selector"u8, FooSelector.Of(foo.Key.Name));
        json.WriteStartArray("conditions"u8);
        foreach (var condition in status.ConditionsOf(foo))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, condition.Type);
            json.WriteString("status"u8, condition.Status);
            if (condition.ObservedGeneration > 0)
                json.WriteNumber("observedGeneration"u8, condition.ObservedGeneration);
            json.WriteString("lastTransitionTime"u8, condition.LastTransitionTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("reason"u8, condition.Reason);
            json.WriteString("message"u8, condition.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Precondition(Utf8JsonWriter json, string uid, long version)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteString("uid"u8, uid);
        json.WriteString("resourceVersion"u8, version.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void Labels(Utf8JsonWriter json, ReadOnlySpan<byte> field, string? app, string? controller)
    {
        json.WriteStartObject(field);
        if (app is not null)
            json.WriteString("app"u8, app);
        if (controller is not null)
            json.WriteString("controller"u8, controller);
        json.WriteEndObject();
    }

    private static void Pod(Utf8JsonWriter json)
    {
        json.WriteStartObject("spec"u8);
        json.WriteStartArray("containers"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, FooPlanner.Container);
        json.WriteString("image"u8, FooPlanner.Image);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
