using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>Writes parts of JSON documents.</summary>
internal static class JsonWriting
{
    /// <summary>Writes a property with its value, which may be null.</summary>
    public static void WriteField(this Utf8JsonWriter json, string name, JsonNode? value)
    {
        json.WritePropertyName(name);
        if (value is null)
            json.WriteNullValue();
        else
            value.WriteTo(json);
    }
}
