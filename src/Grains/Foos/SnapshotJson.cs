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

    private static readonly JsonSerializerOptions Options = new() { TypeInfoResolver = new Resolver() };

    public static JsonTypeInfo<FooSnapshot> Foo { get; } = (JsonTypeInfo<FooSnapshot>)Options.GetTypeInfo(typeof(FooSnapshot));

    public static JsonTypeInfo<DeploymentSnapshot> Deployment { get; } =
        (JsonTypeInfo<DeploymentSnapshot>)Options.GetTypeInfo(typeof(DeploymentSnapshot));

    /// <summary>For answers of which nothing is needed, such as the Status of a deletion.</summary>
    public static JsonTypeInfo<Ignored> Nothing { get; } = (JsonTypeInfo<Ignored>)Options.GetTypeInfo(typeof(Ignored));

    /// <summary>An answer that is not looked at.</summary>
    public sealed class Ignored
    {
        public static Ignored Value { get; } = new();
    }

    private sealed class Resolver : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
            type == typeof(FooSnapshot) ? JsonMetadataServices.CreateValueInfo<FooSnapshot>(options, new Converter<FooSnapshot>(FooDecoder.Decode))
            : type == typeof(DeploymentSnapshot) ? JsonMetadataServices.CreateValueInfo<DeploymentSnapshot>(options, new Converter<DeploymentSnapshot>(DeploymentDecoder.Decode))
            : type == typeof(Ignored) ? JsonMetadataServices.CreateValueInfo<Ignored>(options, new IgnoringConverter())
            : null;
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
