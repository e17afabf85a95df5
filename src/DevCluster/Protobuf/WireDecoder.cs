using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OrleansOperator.DevCluster.BuiltIns;

namespace OrleansOperator.DevCluster.Protobuf;

/// <summary>
/// Reads built-in objects that Go clients send as protobuf (<c>application/vnd.kubernetes.protobuf</c>): four bytes of magic,
/// an envelope (<c>runtime.Unknown</c>), and the object in it.
/// </summary>
internal static class WireDecoder
{
    private static readonly byte[] Magic = "k8s\0"u8.ToArray();

    /// <exception cref="FormatException">It is no protobuf of a kind that is known.</exception>
    public static JsonObject Decode(byte[] body)
    {
        if (!body.AsSpan().StartsWith(Magic))
            throw new FormatException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        try
        {
            var (apiVersion, kind, raw) = Envelope(new CodedInputStream(body, Magic.Length, body.Length - Magic.Length));
            var type = GoTypes.OfKind(apiVersion, kind);
            if (type is null || type.ByNumber.Count == 0)
                throw new FormatException($"'{kind}' has no protobuf form that this server knows");
            var obj = Message(type, raw, 0);
            obj.Insert(0, "kind", kind);
            obj.Insert(1, "apiVersion", apiVersion);
            return obj;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or JsonException or ArgumentException or OverflowException)
        {
            throw new FormatException("the protobuf does not parse: " + e.Message, e);
        }
    }

    private static (string ApiVersion, string Kind, byte[] Raw) Envelope(CodedInputStream input)
    {
        var (apiVersion, kind, raw) = ("", "", Array.Empty<byte>());
        while (input.ReadTag() is not 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    var type = input.ReadBytes().CreateCodedInput();
                    while (type.ReadTag() is not 0 and var inner)
                    {
                        if (WireFormat.GetTagFieldNumber(inner) == 1)
                            apiVersion = type.ReadString();
                        else if (WireFormat.GetTagFieldNumber(inner) == 2)
                            kind = type.ReadString();
                        else
                            type.SkipLastField();
                    }

                    break;
                case 2:
                    raw = input.ReadBytes().ToByteArray();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (apiVersion, kind, raw);
    }

    private static JsonObject Message(GoType type, byte[] bytes, int depth)
    {
        if (depth > Json.MaxDepth)
            throw new FormatException($"exceeded max depth {Json.MaxDepth}");
        var obj = new JsonObject();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (!type.ByNumber.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var field))
                input.SkipLastField();
            else
                Put(obj, field, input, depth);
        }

        return obj;
    }

    private static void Put(JsonObject obj, GoField field, CodedInputStream input, int depth)
    {
        switch (field.Type.Kind)
        {
            case GoKind.Map:
                var (key, entry) = Entry(field.Type.Element!, input.ReadBytes(), depth);
                obj.Ensure(field.Name)[key] = entry;
                break;
            case GoKind.List:
                if (obj[field.Name] is not JsonArray list)
                    obj[field.Name] = list = [];
                list.Add(Value(field.Type.Element!, keep: true, input, depth));
                break;
            case GoKind.Struct when field.IsInline:
                foreach (var (name, child) in Value(field.Type, keep: true, input, depth)!.AsObject())
                    obj[name] = child?.DeepClone();
                break;
            default:
                if (Value(field.Type, field.Type.IsPointer || field.IsAlwaysWritten, input, depth) is { } value)
                    obj[field.Name] = value;
                break;
        }
    }

    private static (string Key, JsonNode? Value) Entry(GoTypeRef type, ByteString bytes, int depth)
    {
        var key = "";
        JsonNode? value = type.Kind == GoKind.String ? "" : null;
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
                key = input.ReadString();
            else if (WireFormat.GetTagFieldNumber(tag) == 2)
                value = Value(type, keep: true, input, depth);
            else
                input.SkipLastField();
        }

        return (key, value);
    }

    /// <summary>The value of a field, or null when it is a zero that JSON leaves out.</summary>
    private static JsonNode? Value(GoTypeRef type, bool keep, CodedInputStream input, int depth)
    {
        switch (type.Kind)
        {
            case GoKind.String:
                return input.ReadString() is var text && (keep || text.Length > 0) ? JsonValue.Create(text) : null;
            case GoKind.Bool:
                return input.ReadBool() is var flag && (keep || flag) ? JsonValue.Create(flag) : null;
            case GoKind.Int32 or GoKind.Int64:
                return input.ReadInt64() is var number && (keep || number != 0) ? JsonValue.Create(number) : null;
            case GoKind.Float64:
                return input.ReadDouble() is var real && (keep || real != 0) ? JsonValue.Create(real) : null;
            case GoKind.Bytes:
                return input.ReadBytes() is var data && (keep || data.Length > 0) ? JsonValue.Create(data.ToBase64()) : null;
        }

        var bytes = input.ReadBytes();
        return type.Kind switch
        {
            GoKind.Time => Time(bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            GoKind.MicroTime => Time(bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            GoKind.Quantity => Scalars(bytes).GetValueOrDefault(1) as string ?? "0",
            GoKind.IntOrString => Scalars(bytes) is var scalars && scalars.GetValueOrDefault(1) is 1L
                ? scalars.GetValueOrDefault(3) as string ?? ""
                : JsonValue.Create(scalars.GetValueOrDefault(2) as long? ?? 0),
            GoKind.FieldsV1 or GoKind.Any => Scalars(bytes).GetValueOrDefault(1) is string json ? JsonNode.Parse(json, null, Json.Reading) : null,

            // A list of texts in a map, as UserInfo.extra has it.
            GoKind.List => Texts(bytes),
            _ => Message(type.Struct, bytes.ToByteArray(), depth + 1),
        };
    }

    private static JsonArray Texts(ByteString bytes)
    {
        var texts = new JsonArray();
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is not 0)
            texts.Add(input.ReadString());
        return texts;
    }

    private static JsonValue? Time(ByteString bytes, string format)
    {
        var scalars = Scalars(bytes);
        if (scalars.GetValueOrDefault(1) is not long seconds)
            return null;
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks((scalars.GetValueOrDefault(2) as long? ?? 0) / 100);
        return JsonValue.Create(time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
    }

    /// <summary>The numbers and texts of a small message.</summary>
    private static Dictionary<int, object> Scalars(ByteString bytes)
    {
        var values = new Dictionary<int, object>();
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    values[number] = input.ReadInt64();
                    break;
                case WireFormat.WireType.LengthDelimited:
                    values[number] = input.ReadString();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return values;
    }
}
