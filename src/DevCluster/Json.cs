using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster;

/// <summary>Small helpers for JSON documents.</summary>
internal static class Json
{
    /// <summary>Deep enough for any manifest, and far from the stack's end.</summary>
    public const int MaxDepth = 128;

    /// <summary>An object may stand in a row of a table in a watch event.</summary>
    private const int FrameDepth = 8;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth + FrameDepth };
    private static readonly JsonWriterOptions WritingObjects = Writing with { MaxDepth = MaxDepth };

    /// <summary>For what this server wrote itself.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxDepth + FrameDepth };

    public static byte[] ToUtf8(this JsonNode node) => Write(node, Writing).WrittenSpan.ToArray();

    /// <summary>A whole object that is to be stored.</summary>
    /// <exception cref="InvalidOperationException">It is nested too deeply.</exception>
    public static ReadOnlyMemory<byte> ToStorage(this JsonObject obj) => Write(obj, WritingObjects).WrittenMemory;

    private static ArrayBufferWriter<byte> Write(JsonNode node, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var writer = new Utf8JsonWriter(buffer, options);
        node.WriteTo(writer);
        writer.Flush();
        return buffer;
    }

    public static string ToText(this JsonNode? node) => node is null ? "null" : System.Text.Encoding.UTF8.GetString(node.ToUtf8());

    /// <summary>The string in a field, or null when it is absent or no string.</summary>
    public static string? Text(this JsonNode? node, string field) =>
        node is JsonObject obj && obj[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number in a field, or null.</summary>
    public static long? Number(this JsonNode? node, string field) =>
        node is JsonObject obj ? obj[field].Whole() : null;

    /// <summary>The whole number that a node is, whether it was parsed or made in code; null when it is none.</summary>
    public static long? Whole(this JsonNode? node) =>
        node is not JsonValue value ? null
        : value.TryGetValue<long>(out var number) ? number
        : value.TryGetValue<int>(out var small) ? small
        : value.TryGetValue<double>(out var real) && Math.Floor(real) == real && Math.Abs(real) < 1e15 ? (long)real
        : null;

    /// <summary>The number that a node is; null when it is none.</summary>
    public static double? Real(this JsonNode? node) =>
        node.Whole() is { } whole ? whole
        : node is JsonValue value && value.TryGetValue<double>(out var real) ? real
        : null;

    /// <summary>The boolean in a field; false when it is absent.</summary>
    public static bool Flag(this JsonNode? node, string field) =>
        node is JsonObject obj && obj[field] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>The object in a field, or null.</summary>
    public static JsonObject? Object(this JsonNode? node, string field) => (node as JsonObject)?[field] as JsonObject;

    /// <summary>The list in a field, or null.</summary>
    public static JsonArray? List(this JsonNode? node, string field) => (node as JsonObject)?[field] as JsonArray;

    /// <summary>The object in a field, made when it is absent.</summary>
    public static JsonObject Ensure(this JsonObject obj, string field)
    {
        if (obj[field] is JsonObject child)
            return child;
        child = [];
        obj[field] = child;
        return child;
    }

    /// <summary>Sets a field that is absent or null.</summary>
    public static void Default(this JsonObject obj, string field, JsonNode value)
    {
        if (obj[field] is null)
            obj[field] = value;
    }

    /// <summary>Follows a path of field names.</summary>
    public static JsonNode? Dig(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var field in path)
            node = (node as JsonObject)?[field];
        return node;
    }

    public static T Clone<T>(this T node)
        where T : JsonNode => (T)node.DeepClone();

    /// <summary>RFC 3339 to the second, as metav1.Time is written.</summary>
    public static string Timestamp(this TimeProvider clock) => Timestamp(clock.GetUtcNow());

    /// <summary>RFC 3339 to the second, as metav1.Time is written.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
