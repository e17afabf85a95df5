using System.Buffers;
using System.Text.Json;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>An object as the API server sent it: decoded, or only identified when its kind's decoder cannot read it.</summary>
/// <param name="Meta">Which object it is.</param>
/// <param name="Snapshot">What is kept of it; null when it cannot be read.</param>
/// <param name="Problem">Why it cannot be read.</param>
internal readonly record struct DecodedObject(ObjectMeta Meta, ResourceSnapshot? Snapshot, string? Problem = null)
{
    /// <summary>Decodes an object. One that cannot be read is told apart from JSON that is broken: it must not take its kind's feed with it.</summary>
    /// <exception cref="JsonException">It is no object of the API server at all.</exception>
    public static DecodedObject Read(in ReadOnlySequence<byte> json, SnapshotDecoder decode)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            var snapshot = decode(ref reader);
            return new DecodedObject(new ObjectMeta(snapshot.Key, snapshot.Uid, snapshot.ResourceVersion), snapshot);
        }
        catch (JsonException e)
        {
            return new DecodedObject(ObjectMeta.Read(json), null, e.Message);
        }
    }
}
