using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>The .NET types that System.Text.Json writes as one value.</summary>
internal static class LeafTypes
{
    private const string PreserveUnknownFields = "x-kubernetes-preserve-unknown-fields";

    private static readonly Dictionary<Type, (string Type, string? Format)> Known = new()
    {
        [typeof(string)] = ("string", null),
        [typeof(bool)] = ("boolean", null),
        [typeof(byte)] = ("integer", "int32"),
        [typeof(sbyte)] = ("integer", "int32"),
        [typeof(short)] = ("integer", "int32"),
        [typeof(ushort)] = ("integer", "int32"),
        [typeof(int)] = ("integer", "int32"),
        [typeof(uint)] = ("integer", "int64"),
        [typeof(long)] = ("integer", "int64"),
        [typeof(float)] = ("number", "float"),
        [typeof(double)] = ("number", "double"),
        [typeof(decimal)] = ("number", null),
        [typeof(DateTime)] = ("string", "date-time"),
        [typeof(DateTimeOffset)] = ("string", "date-time"),
        [typeof(DateOnly)] = ("string", "date"),
        [typeof(Guid)] = ("string", "uuid"),
        [typeof(Uri)] = ("string", "uri"),
        [typeof(byte[])] = ("string", "byte"),
        [typeof(Memory<byte>)] = ("string", "byte"),
        [typeof(ReadOnlyMemory<byte>)] = ("string", "byte"),
    };

    /// <summary>What to use instead of types that look as if they fitted.</summary>
    private static readonly Dictionary<Type, string> Remedies = new()
    {
        [typeof(ulong)] = "the API server's numbers end at the greatest long: use long with [Minimum(0)]",
        [typeof(Int128)] = "the API server's numbers end at the greatest long: use long",
        [typeof(UInt128)] = "the API server's numbers end at the greatest long: use long",
        [typeof(TimeSpan)] = "Kubernetes writes durations such as 1h30m: use string with [Format(\"duration\")]",
        [typeof(TimeOnly)] = "there is no such format: use string with a [Pattern]",
        [typeof(char)] = "there is no such type: use string with [MaxLength(1)]",
        [typeof(object)] = "it may be anything: use JsonElement",
    };

    /// <summary>The schema of a type; null for those that are no single values.</summary>
    public static JsonObject? Find(Type type)
    {
        if (Known.TryGetValue(type, out var known))
            return known.Format is null ? new() { ["type"] = known.Type } : new() { ["type"] = known.Type, ["format"] = known.Format };
        if (type == typeof(JsonObject))
            return new() { ["type"] = "object", [PreserveUnknownFields] = true };
        if (type == typeof(JsonArray))
            return new() { ["type"] = "array", ["items"] = new JsonObject { [PreserveUnknownFields] = true } };
        return type == typeof(JsonElement) || type == typeof(JsonNode) || type == typeof(JsonDocument) ? new() { [PreserveUnknownFields] = true } : null;
    }

    /// <summary>What to do about a type that has no schema.</summary>
    public static string Remedy(Type type) => Remedies.GetValueOrDefault(type, "say with [SchemaType] which type's schema it has");
}
