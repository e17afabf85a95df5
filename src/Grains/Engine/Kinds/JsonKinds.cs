using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>Makes kinds of records: what a record names is read, kept, compared and written, and nothing else.</summary>
public sealed class JsonKinds
{
    private readonly JsonSerializerOptions _options;

    /// <summary>Makes kinds of the records that a source-generated context knows.</summary>
    public JsonKinds(IJsonTypeInfoResolver context)
    {
        _options = new JsonSerializerOptions
        {
            TypeInfoResolver = context,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Converters = { new RepeatedTextConverter() },
        };
        _options.MakeReadOnly();
    }

    /// <summary>The kind that a controller reconciles.</summary>
    /// <typeparam name="T">Its record.</typeparam>
    /// <exception cref="ArgumentException">The record says not where it is served, or the context does not know it.</exception>
    public ReconciledKind Reconciled<T>()
        where T : ReconciledSnapshot => new JsonReconciledKind<T>(Resource(typeof(T)), Json<T>());

    /// <summary>A kind of which a controller's objects own some.</summary>
    /// <typeparam name="T">Its record.</typeparam>
    /// <exception cref="ArgumentException">The record says not where it is served, or the context does not know it.</exception>
    public OwnedKind Owned<T>()
        where T : ResourceSnapshot => new JsonOwnedKind<T>(Resource(typeof(T)), Json<T>());

    private static ResourceType Resource(Type type) => type.GetCustomAttribute<KindAttribute>(inherit: false) is { } kind
        ? new ResourceType(kind.Group, kind.Version, kind.Plural, kind.Kind) { IsClusterScoped = kind.IsClusterScoped }
        : throw new ArgumentException($"The record {type.Name} does not say which resource it stands for: add [Kind(group, version, plural, kind)] to it.");

    private JsonTypeInfo<T> Json<T>()
    {
        if (!_options.TryGetTypeInfo(typeof(T), out var json))
            throw new ArgumentException($"The JSON context does not know the record {typeof(T).Name}: add [JsonSerializable(typeof({typeof(T).Name}))] to it.");
        return (JsonTypeInfo<T>)json;
    }

    /// <summary>Texts that objects repeat are kept once.</summary>
    private sealed class RepeatedTextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? RepeatedText.Read(ref reader) : throw new JsonException("text is expected");

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => RepeatedText.Read(ref reader);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
    }
}
