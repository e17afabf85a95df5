using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Running;

/// <summary>The bodies of the requests that are written for an object.</summary>
internal static class Bodies
{
    /// <summary>A new object, with its owner.</summary>
    public static ReadOnlyMemory<byte> Create(OwnedKind kind, ResourceSnapshot wanted, ReconciledKind ownerKind, ReconciledSnapshot owner) => Write(json =>
    {
        json.WriteString("apiVersion"u8, kind.ApiVersion);
        json.WriteString("kind"u8, kind.Name);
        json.WriteStartObject("metadata"u8);
        json.WriteString("name"u8, wanted.Key.Name);
        if (wanted.Key.Namespace.Length > 0)
            json.WriteString("namespace"u8, wanted.Key.Namespace);
        kind.WriteMetadata(json, wanted);
        json.WriteStartArray("ownerReferences"u8);
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, ownerKind.ApiVersion);
        json.WriteString("kind"u8, ownerKind.Name);
        json.WriteString("name"u8, owner.Key.Name);
        json.WriteString("uid"u8, owner.Uid);
        json.WriteBoolean("controller"u8, true);
        json.WriteBoolean("blockOwnerDeletion"u8, true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        kind.WriteFields(json, wanted);
    });

    /// <summary>A patch of what differs, for exactly the version that was looked at.</summary>
    public static ReadOnlyMemory<byte> Patch(ResourceSnapshot there, Difference difference) => Write(json =>
    {
        WritePrecondition(json, there, difference);
        difference.WriteFields(json);
    });

    /// <summary>
    /// DeleteOptions for exactly the object and version that was looked at: a uid alone would not tell that the user has released it
    /// meanwhile. Its own dependents go in the background.
    /// </summary>
    public static ReadOnlyMemory<byte> Deletion(ResourceSnapshot there) => Write(json =>
    {
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("kind"u8, "DeleteOptions"u8);
        json.WriteString("propagationPolicy"u8, "Background"u8);
        json.WriteStartObject("preconditions"u8);
        WriteVersion(json, there);
        json.WriteEndObject();
    });

    /// <summary>A merge patch of the status, for exactly the version that was looked at. Other writers' conditions stay.</summary>
    public static ReadOnlyMemory<byte> Status(ReconciledKind kind, ReconciledSnapshot obj, DesiredStatus status) => Write(json =>
    {
        WritePrecondition(json, obj, null);
        json.WriteStartObject("status"u8);
        if (status.Fields is { } fields)
            kind.WriteStatus(json, fields);
        json.WriteNumber("observedGeneration"u8, status.ObservedGeneration);
        json.WriteStartArray("conditions"u8);
        foreach (var condition in status.ConditionsOf(obj))
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

    private static void WritePrecondition(Utf8JsonWriter json, ResourceSnapshot there, Difference? difference)
    {
        json.WriteStartObject("metadata"u8);
        WriteVersion(json, there);
        difference?.WriteMetadata(json);
        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, ResourceSnapshot there)
    {
        json.WriteString("uid"u8, there.Uid);
        json.WriteString("resourceVersion"u8, there.ResourceVersion.ToString(CultureInfo.InvariantCulture));
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
