using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>Makes decoders into what an answer is read with.</summary>
internal static class SnapshotJson
{
    /// <summary>Reads one value; the reader stands on its start and is left on its end.</summary>
    public delegate T Decoder<out T>(ref Utf8JsonReader reader);

    /// <summary>Type information whose only converter is a decoder.</summary>
    public static JsonTypeInfo<T> Of<T>(Decoder<T> decode)
        where T : notnull
    {
        var options = new JsonSerializerOptions { TypeInfoResolver = new Resolver<T>(decode) };
        options.MakeReadOnly();
        return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }

    private sealed class Resolver<T>(Decoder<T> decode) : IJsonTypeInfoResolver
        where T : notnull
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
            type == typeof(T) ? JsonMetadataServices.CreateValueInfo<T>(options, new Converter<T>(decode)) : null;
    }

    private sealed class Converter<T>(Decoder<T> decode) : JsonConverter<T>
        where T : notnull
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => decode(ref reader);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are read, never written.");
    }
}
