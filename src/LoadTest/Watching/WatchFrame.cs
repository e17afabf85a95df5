using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.LoadTest.Objects;

namespace OrleansOperator.LoadTest.Watching;

/// <summary>One event of a watch.</summary>
/// <param name="Type">ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.</param>
/// <param name="Object">The object; null for errors.</param>
/// <param name="Error">The error; null for objects.</param>
internal readonly record struct WatchFrame<T>(string Type, T? Object, StatusObject? Error)
    where T : KubeObject
{
    /// <summary>Decodes a frame such as <c>{"type":"ADDED","object":{…}}</c>.</summary>
    /// <exception cref="JsonException">It is no frame of a watch.</exception>
    public static WatchFrame<T> Decode(in ReadOnlySequence<byte> frame, JsonTypeInfo<T> json)
    {
        var reader = new Utf8JsonReader(frame);
        string? type = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a watch frame is no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
            {
                type = reader.GetString();
            }
            else if (isObject && type is not null)
            {
                return type == "ERROR"
                    ? new WatchFrame<T>(type, null, JsonSerializer.Deserialize(ref reader, KubeJson.Default.StatusObject))
                    : new WatchFrame<T>(type, JsonSerializer.Deserialize(ref reader, json), null);
            }
            else
            {
                reader.Skip();
            }
        }

        throw new JsonException("a watch frame has no type, or no object after it");
    }
}
