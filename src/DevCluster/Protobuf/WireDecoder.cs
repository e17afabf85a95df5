using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;

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
            var obj = Message(WireTypes.MessageOf(apiVersion, kind), raw, 0);
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

    private static JsonObject Message(string name, byte[] bytes, int depth)
    {
        var fields = WireTypes.Find(name) ?? throw new FormatException($"'{name}' has no protobuf form that this server knows");
        if (depth > Json.MaxDepth)
            throw new FormatException($"exceeded max depth {Json.MaxDepth}");
        var obj = new JsonObject();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (!fields.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var field))
            {
                input.SkipLastField();
            }
            else if (field.IsMap)
            {
                var (key, value) = Entry(field, input.ReadBytes(), depth);
                obj.Ensure(field.Name)[key] = value;
            }
            else if (Value(field, input, depth) is { } value)
            {
                Put(obj, field, value);
            }
        }

        return obj;
    }

    private static void Put(JsonObject obj, WireField field, JsonNode value)
    {
        if (field.IsList)
        {
            if (obj[field.Name] is not JsonArray list)
                obj[field.Name] = list = [];
            list.Add(value);
        }
        else if (field.Inline)
        {
            foreach (var (name, child) in value.AsObject())
                obj[name] = child?.DeepClone();
        }
        else
        {
            obj[field.Name] = value;
        }
    }

    private static (string Key, JsonNode? Value) Entry(WireField field, ByteString bytes, int depth)
    {
        var key = "";
        JsonNode? value = field.Type == "string" ? "" : null;
        var input = bytes.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
                key = input.ReadString();
            else if (WireFormat.GetTagFieldNumber(tag) == 2)
                value = Value(field with { KeepsZero = true }, input, depth);
            else
                input.SkipLastField();
        }

        return (key, value);
    }

    /// <summary>The value of a field, or null when it is a zero that JSON leaves out.</summary>
    private static JsonNode? Value(WireField field, CodedInputStream input, int depth)
    {
        var keep = field.KeepsZero || field.IsList;
        switch (field.Type)
        {
            case "string":
                return input.ReadString() is var text && (keep || text.Length > 0) ? JsonValue.Create(text) : null;
            case "bool":
                return input.ReadBool() is var flag && (keep || flag) ? JsonValue.Create(flag) : null;
            case "int32" or "int64":
                return input.ReadInt64() is var number && (keep || number != 0) ? JsonValue.Create(number) : null;
            case "bytes":
                return input.ReadBytes() is var data && (keep || data.Length > 0) ? JsonValue.Create(data.ToBase64()) : null;
        }

        var bytes = input.ReadBytes();
        return field.Type switch
        {
            "Time" => Time(bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
            "MicroTime" => Time(bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
            "Quantity" => Scalars(bytes).GetValueOrDefault(1) as string ?? "0",
            "IntOrString" => Scalars(bytes) is var scalars && scalars.GetValueOrDefault(1) is 1L
                ? scalars.GetValueOrDefault(3) as string ?? ""
                : JsonValue.Create(scalars.GetValueOrDefault(2) as long? ?? 0),
            "FieldsV1" => Scalars(bytes).GetValueOrDefault(1) is string json ? JsonNode.Parse(json, null, Json.Reading) : null,
            _ => Message(field.Type, bytes.ToByteArray(), depth + 1),
        };
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
