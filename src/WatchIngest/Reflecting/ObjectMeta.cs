using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>The identity of an object whose kind's decoder cannot read it.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="Uid">metadata.uid.</param>
/// <param name="Version">metadata.resourceVersion.</param>
internal readonly record struct ObjectMeta(ObjectKey Key, string Uid, long Version)
{
    /// <summary>Reads nothing but the identity of an object.</summary>
    /// <exception cref="JsonException">It has none: it is no object of the API server.</exception>
    public static ObjectMeta Read(in ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
            throw new JsonException("an object has no metadata");
        return Text(metadata, "name") is { Length: > 0 } name && Text(metadata, "uid") is { Length: > 0 } uid
            && long.TryParse(Text(metadata, "resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? new ObjectMeta(new ObjectKey(Text(metadata, "namespace") ?? "", name), uid, version)
                : throw new JsonException("an object lacks metadata.name, metadata.uid or metadata.resourceVersion");
    }

    private static string? Text(JsonElement metadata, string field) =>
        metadata.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
