using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>A kind that a controller reconciles, by its record.</summary>
internal sealed class JsonReconciledKind<T>(ResourceType resource, JsonTypeInfo<T> json) : ReconciledKind(resource, typeof(T)), ISnapshotCodec
    where T : ReconciledSnapshot
{
    private const string StatusName = "status";

    private readonly JsonPropertyInfo? _status = json.Properties.FirstOrDefault(property => property.Name == StatusName);

    string ISnapshotCodec.Resource => QualifiedName;

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
            ObservedGeneration = common.ObservedGeneration,
            Conditions = common.Conditions,
        };
    }

    byte[] ISnapshotCodec.Encode(ResourceSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes((T)snapshot, json);

    ResourceSnapshot ISnapshotCodec.Decode(byte[] encoded) => JsonSerializer.Deserialize(encoded, json)!;

    internal override bool HasStatus(ReconciledSnapshot obj, object status, StatusFields kept)
    {
        var there = _status?.Get?.Invoke(obj);
        foreach (var property in TypeOf(status).Properties)
        {
            if (kept.Keeps(property.Name) && JsonComparison.Differs(property, status, there))
                return false;
        }

        return true;
    }

    internal override void WriteStatus(Utf8JsonWriter json, object status)
    {
        foreach (var (name, value) in JsonSerializer.SerializeToNode(status, TypeOf(status))!.AsObject())
            json.WriteField(name, value);
    }

    internal override IEnumerable<string> LostOf(ReconciledSnapshot answer, object status)
    {
        var there = _status?.Get?.Invoke(answer);
        return
        [
            .. from property in TypeOf(status).Properties
               where property.Get is not null && property.Get(status) is not null && (there is null || property.Get(there) is null)
               select property.Name,
        ];
    }

    /// <exception cref="InvalidOperationException">The status is of another type than the kind's.</exception>
    private JsonTypeInfo TypeOf(object status) => status.GetType() == _status?.PropertyType
        ? json.Options.GetTypeInfo(_status.PropertyType)
        : throw new InvalidOperationException($"The status of a {Name} is a {_status?.PropertyType.Name}; its reconciler gave a {status.GetType().Name}.");
}
