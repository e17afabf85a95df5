using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansOperator.Fleet.Api;

/// <summary>A column's value as a JSON number, string or null.</summary>
internal sealed class FleetValueConverter : JsonConverter<FleetValue>
{
    public override FleetValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => new FleetValue(reader.GetInt64()),
        JsonTokenType.String => FleetValue.Of(reader.GetString()),
        _ => default,
    };

    public override void Write(Utf8JsonWriter writer, FleetValue value, JsonSerializerOptions options)
    {
        if (value.Number is { } number)
            writer.WriteNumberValue(number);
        else if (value.Text is { } text)
            writer.WriteStringValue(text);
        else
            writer.WriteNullValue();
    }
}
