using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>A kind of which a controller's objects own some, by its record.</summary>
internal sealed class JsonOwnedKind<T>(ResourceType resource, JsonTypeInfo<T> json) : OwnedKind(resource, typeof(T)), ISnapshotCodec
    where T : ResourceSnapshot
{
    private const string Metadata = "metadata";
    private const string Status = "status";

    string ISnapshotCodec.Resource => QualifiedName;

    internal override string PatchType { get; } = BuiltInGroups.Contains(resource.Group) ? KubeMediaTypes.StrategicMergePatch : KubeMediaTypes.MergePatch;

    /// <inheritdoc/>
    public override ResourceSnapshot Decode(ref Utf8JsonReader reader)
    {
        var common = SnapshotReader.ReadAll(reader);
        var obj = JsonSerializer.Deserialize(ref reader, json)!;
        return obj with
        {
            Key = common.Key,
            Uid = common.Uid!,
            ResourceVersion = common.Version,
            Generation = common.Generation,
            Deleting = common.Deleting,
            Controller = common.Controller,
        };
    }

    byte[] ISnapshotCodec.Encode(ResourceSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes((T)snapshot, json);

    ResourceSnapshot ISnapshotCodec.Decode(byte[] encoded) => JsonSerializer.Deserialize(encoded, json)!;

    internal override Difference? Compare(ResourceSnapshot wanted, ResourceSnapshot there)
    {
        foreach (var property in json.Properties)
        {
            if (property.Name != Status && JsonComparison.Differs(property, wanted, there))
                return JsonDifference.Between(json, wanted, there, merges: PatchType == KubeMediaTypes.StrategicMergePatch);
        }

        return null;
    }

    internal override void WriteFields(Utf8JsonWriter json, ResourceSnapshot wanted)
    {
        foreach (var (name, value) in Fields(wanted))
        {
            if (name is not (Metadata or Status))
                json.WriteField(name, value);
        }
    }

    internal override void WriteMetadata(Utf8JsonWriter json, ResourceSnapshot wanted)
    {
        if (Fields(wanted)[Metadata] is not JsonObject metadata)
            return;
        foreach (var (name, value) in metadata)
            json.WriteField(name, value);
    }

    private JsonObject Fields(ResourceSnapshot wanted) => JsonSerializer.SerializeToNode((T)wanted, json)!.AsObject();
}
