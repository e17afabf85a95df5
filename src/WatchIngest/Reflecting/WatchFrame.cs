using System.Buffers;
using System.Text.Json;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>What one frame of a watch says.</summary>
internal enum WatchFrameKind
{
    Upserted,
    Deleted,
    Bookmark,
    Error,
}

/// <summary>One frame of a watch, decoded.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Object">The object, for changes.</param>
/// <param name="Version">The resource version reached; 0 for errors.</param>
/// <param name="Code">The status code of an error.</param>
/// <param name="Message">What an error says.</param>
internal readonly record struct WatchFrame(WatchFrameKind Kind, DecodedObject Object, long Version, int Code = 0, string Message = "")
{
    /// <summary>The annotation of the bookmark that ends the initial events of a streamed list (KEP-3157, WatchList).</summary>
    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    /// <summary>Whether this is the bookmark that ends the initial events of a streamed list.</summary>
    public bool EndsInitialEvents { get; init; }

    /// <summary>Decodes a frame such as <c>{"type":"ADDED","object":{…}}</c>.</summary>
    /// <exception cref="JsonException">It is no frame of a watch.</exception>
    public static WatchFrame Decode(in ReadOnlySequence<byte> frame, SnapshotDecoder decode)
    {
        var reader = new Utf8JsonReader(frame);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a watch frame is no object");
        WatchFrameKind? kind = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = KindOf(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                var start = reader.TokenStartIndex;
                reader.Skip();
                return Body(
                    kind ?? throw new JsonException("a watch frame has its object before its type"),
                    frame.Slice(start, reader.BytesConsumed - start), decode);
            }
            else
            {
                reader.Skip();
            }
        }

        throw new JsonException("a watch frame has no object");
    }

    private static WatchFrameKind KindOf(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? throw new JsonException("the type of a watch frame is no text")
        : reader.ValueTextEquals("MODIFIED"u8) || reader.ValueTextEquals("ADDED"u8) ? WatchFrameKind.Upserted
        : reader.ValueTextEquals("DELETED"u8) ? WatchFrameKind.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchFrameKind.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchFrameKind.Error
        : throw new JsonException($"a watch frame is of the unknown type {reader.GetString()}");

    private static WatchFrame Body(WatchFrameKind kind, in ReadOnlySequence<byte> json, SnapshotDecoder decode)
    {
        if (kind is WatchFrameKind.Upserted or WatchFrameKind.Deleted)
        {
            var decoded = DecodedObject.Read(json, decode);
            return new WatchFrame(kind, decoded, decoded.Meta.Version);
        }

        var reader = new Utf8JsonReader(json);
        using var body = JsonDocument.ParseValue(ref reader);
        var root = body.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("the object of a watch frame is none");
        if (kind == WatchFrameKind.Bookmark)
        {
            var metadata = root.TryGetProperty("metadata", out var m) ? m : default;
            return new WatchFrame(kind, default, ListMeta.VersionOf(metadata))
            {
                EndsInitialEvents = metadata.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
                    && annotations.TryGetProperty(InitialEventsEnd, out var end) && end.ValueKind == JsonValueKind.String && end.ValueEquals("true"u8),
            };
        }

        var code = root.TryGetProperty("code", out var c) && c.TryGetInt32(out var number) ? number : 0;
        return new WatchFrame(kind, default, 0, code, root.TryGetProperty("message", out var text) ? text.GetString() ?? "" : "");
    }
}
