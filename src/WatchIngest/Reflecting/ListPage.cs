using System.Globalization;
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
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a list is no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                using var metadata = JsonDocument.ParseValue(ref reader);
                version = long.Parse(metadata.RootElement.GetProperty("resourceVersion").GetString() ?? "", NumberStyles.None, CultureInfo.InvariantCulture);
                next = metadata.RootElement.TryGetProperty("continue", out var c) ? c.GetString() ?? "" : "";
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Null)
                    continue;
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    objects.Add(decode(ref reader));
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new ListPage(version ?? throw new JsonException("a list has no resourceVersion"), next);
    }
}
