using System.Buffers.Text;
using System.Text.Json;

namespace OrleansOperator.Fleet.Objects;

/// <summary>
/// Where a row stands in the order of a list: what is sorted by, and then what tells rows apart. A page begins after such a key
/// and not at a number, so that no silo need sort, or send, what comes before it.
/// </summary>
/// <param name="Number">What is sorted by, if it is a number or time.</param>
/// <param name="Text">What is sorted by, if it is a text.</param>
/// <param name="Namespace">Namespace of the object.</param>
/// <param name="Name">Name of the object.</param>
/// <param name="Controller">Its controller.</param>
/// <param name="Silo">The silo that holds it.</param>
[GenerateSerializer, Immutable, Alias("oo.fleet-row-key")]
public readonly record struct RowKey(
    [property: Id(0)] long Number,
    [property: Id(1)] string Text,
    [property: Id(2)] string Namespace,
    [property: Id(3)] string Name,
    [property: Id(4)] string Controller,
    [property: Id(5)] string Silo)
{
    private const int LongestCursor = 8192;

    /// <summary>The key as a URL has it.</summary>
    public string ToCursor() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, RowKeyJson.Default.RowKey));

    /// <summary>Reads a key from its text form; false when it is none.</summary>
    public static bool TryParse(string cursor, out RowKey key)
    {
        key = default;
        if (cursor.Length > LongestCursor || !Base64Url.IsValid(cursor))
            return false;
        try
        {
            key = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(cursor), RowKeyJson.Default.RowKey);
            return key is { Text: not null, Namespace: not null, Name: not null, Controller: not null, Silo: not null };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
