using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Http;

/// <summary>
/// Reads JSON as a Kubernetes API server does: numbers are whole or real, and of a field that occurs twice the last one counts.
/// </summary>
internal static class JsonReader
{
    /// <exception cref="JsonException">It is no JSON, or is nested too deeply.</exception>
    /// <exception cref="InvalidOperationException">A string is no valid Unicode.</exception>
    /// <param name="utf8">The text.</param>
    /// <param name="duplicates">Gets the paths of fields that occur twice.</param>
    public static JsonNode? Read(ReadOnlySpan<byte> utf8, ICollection<string> duplicates)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Json.MaxDepth });
        reader.Read();
        var node = Value(ref reader, null, duplicates);
        reader.Read();
        return node;
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, Place? place, ICollection<string> duplicates)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Fields(ref reader, place, duplicates);
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Add(Value(ref reader, new Place(place, null, list.Count), duplicates));
                return list;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : Real(reader.GetDouble());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }

    private static JsonObject Fields(ref Utf8JsonReader reader, Place? place, ICollection<string> duplicates)
    {
        var obj = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            var at = new Place(place, name, 0);
            var value = Value(ref reader, at, duplicates);
            if (obj.TryAdd(name, value))
                continue;
            duplicates.Add(at.ToString());
            obj[name] = value;
        }

        return obj;
    }

    /// <summary>1.0 is written as 1, as Go does.</summary>
    private static JsonValue Real(double number) =>
        double.IsFinite(number)
            ? Math.Floor(number) == number && Math.Abs(number) < 1e15 ? JsonValue.Create((long)number) : JsonValue.Create(number)
            : throw new JsonException("a number is too large");

    /// <summary>Where a value stands: put into words only when it is needed.</summary>
    private sealed record Place(Place? Above, string? Name, int Index)
    {
        public override string ToString() => Name is null ? $"{Above}[{Index}]" : Above is null ? Name : $"{Above}.{Name}";
    }
}
