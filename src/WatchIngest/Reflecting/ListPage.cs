using System.Text.Json;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>One page of a list, decoded.</summary>
/// <param name="Version">The resource version of the list.</param>
/// <param name="Continue">Where the next page begins; empty on the last.</param>
internal readonly record struct ListPage(long Version, string Continue)
{
    /// <summary>Decodes a page and adds its objects.</summary>
    /// <exception cref="JsonException">It is no list.</exception>
    public static ListPage Decode(ReadOnlySpan<byte> page, SnapshotDecoder decode, List<ResourceSnapshot> objects)
    {
        var reader = new Utf8JsonReader(page);
        long? version = null;
        var next = "";
        var hasItems = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a list is no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                using var metadata = JsonDocument.ParseValue(ref reader);
                version = ListMeta.VersionOf(metadata.RootElement);
                next = ListMeta.ContinueOf(metadata.RootElement);
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                DecodeItems(ref reader, decode, objects);
                hasItems = true;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        // To take something else for an empty list would be to take all objects for deleted.
        if (!hasItems || reader.TokenType != JsonTokenType.EndObject)
            throw new JsonException("a list has no items");
        return new ListPage(version ?? throw new JsonException("a list has no metadata"), next);
    }

    private static void DecodeItems(ref Utf8JsonReader reader, SnapshotDecoder decode, List<ResourceSnapshot> objects)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("the items of a list are no array");
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            objects.Add(decode(ref reader));
        if (reader.TokenType != JsonTokenType.EndArray)
            throw new JsonException("an item of a list is no object");
    }
}
