using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>The answers to reads and writes are decoded by the same code as the watch.</summary>
internal static class SnapshotJson
{
    private delegate ResourceSnapshot Decoder(ref Utf8JsonReader reader);

    private static readonly JsonSerializerOptions Options = new();

    public static JsonTypeInfo<FooSnapshot> Foo { get; } =
        JsonMetadataServices.CreateValueInfo<FooSnapshot>(Options, new Converter<FooSnapshot>(FooDecoder.Decode));

    public static JsonTypeInfo<DeploymentSnapshot> Deployment { get; } =
        JsonMetadataServices.CreateValueInfo<DeploymentSnapshot>(Options, new Converter<DeploymentSnapshot>(DeploymentDecoder.Decode));

    /// <summary>For answers of which nothing is needed, such as the Status of a deletion.</summary>
    public static JsonTypeInfo<Ignored> Nothing { get; } =
        JsonMetadataServices.CreateValueInfo<Ignored>(Options, new IgnoringConverter());

    /// <summary>An answer that is not looked at.</summary>
    public sealed class Ignored
    {
        public static Ignored Value { get; } = new();
    }

    private sealed class Converter<T>(Decoder decode) : JsonConverter<T>
        where T : ResourceSnapshot
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => (T)decode(ref reader);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Snapshots are read, never written.");
    }

    private sealed class IgnoringConverter : JsonConverter<Ignored>
    {
        public override Ignored Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return Ignored.Value;
        }

        public override void Write(Utf8JsonWriter writer, Ignored value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are read, never written.");
    }
}
