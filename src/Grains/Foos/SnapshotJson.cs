using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>The answers to reads and writes are decoded by the same code as the watch.</summary>
internal static class SnapshotJson
{
    private delegate T Decoder<out T>(ref Utf8JsonReader reader);

    private static readonly JsonSerializerOptions Options = new() { TypeInfoResolver = new Resolver() };

    public static JsonTypeInfo<FooSnapshot> Foo { get; } = (JsonTypeInfo<FooSnapshot>)Options.GetTypeInfo(typeof(FooSnapshot));

    public static JsonTypeInfo<DeploymentSnapshot> Deployment { get; } =
        (JsonTypeInfo<DeploymentSnapshot>)Options.GetTypeInfo(typeof(DeploymentSnapshot));

    /// <summary>The answer to a deletion: a Status when the Deployment is gone, else the Deployment.</summary>
    public static JsonTypeInfo<Deleted> Deletion { get; } = (JsonTypeInfo<Deleted>)Options.GetTypeInfo(typeof(Deleted));

    /// <summary>Who set which fields.</summary>
    public static JsonTypeInfo<FieldManagers> Managers { get; } = (JsonTypeInfo<FieldManagers>)Options.GetTypeInfo(typeof(FieldManagers));

    /// <summary>What is left of a Deployment that was deleted.</summary>
    /// <param name="Left">The Deployment while it waits for its finalizers; null when it is gone.</param>
    public sealed record Deleted(DeploymentSnapshot? Left)
    {
        internal static Deleted Read(ref Utf8JsonReader reader)
        {
            var ahead = reader;
            if (IsDeployment(ref ahead))
                return new Deleted((DeploymentSnapshot)DeploymentDecoder.Decode(ref reader));
            reader.Skip();
            return new Deleted(Left: null);
        }

        private static bool IsDeployment(ref Utf8JsonReader reader)
        {
            while (SnapshotReader.NextField(ref reader))
            {
                if (reader.ValueTextEquals("kind"u8))
                    return SnapshotReader.Text(ref reader) == FooResources.Deployments.Kind;
                SnapshotReader.SkipValue(ref reader);
            }

            return false;
        }
    }

    private sealed class Resolver : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
            type == typeof(FooSnapshot) ? Read(options, static (ref reader) => (FooSnapshot)FooDecoder.Decode(ref reader))
            : type == typeof(DeploymentSnapshot) ? Read(options, static (ref reader) => (DeploymentSnapshot)DeploymentDecoder.Decode(ref reader))
            : type == typeof(Deleted) ? Read(options, Deleted.Read)
            : type == typeof(FieldManagers) ? Read(options, FieldManagers.Read)
            : null;

        private static JsonTypeInfo<T> Read<T>(JsonSerializerOptions options, Decoder<T> decode)
            where T : notnull =>
            JsonMetadataServices.CreateValueInfo<T>(options, new Converter<T>(decode));
    }

    private sealed class Converter<T>(Decoder<T> decode) : JsonConverter<T>
        where T : notnull
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => decode(ref reader);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Answers are read, never written.");
    }
}
