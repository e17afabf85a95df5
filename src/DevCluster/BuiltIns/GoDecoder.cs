using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>
/// Puts an object of a built-in kind through its Go type, as a real server does by decoding and encoding it: values that do not fit are
/// a 400 in the words of Go's decoder, unknown fields go, and what is left is in canonical form: fields in their order, empty values
/// left out where Go leaves them out and written where it writes them, quantities and times as they are always written.
/// </summary>
internal sealed class GoDecoder
{
    private const string SecondsFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string MicroFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n");

    private readonly List<string> _unknown;
    private readonly List<string> _fields = [];

    private GoDecoder(List<string> unknown) => _unknown = unknown;

    /// <param name="type">The type of the kind.</param>
    /// <param name="obj">The object; its kind and version are kept as they stand.</param>
    /// <param name="kind">For errors.</param>
    /// <param name="version">For errors.</param>
    /// <param name="unknown">Gets the paths of fields that the type does not have.</param>
    /// <exception cref="ApiException">400: a value does not fit its type.</exception>
    public static JsonObject Decode(GoType type, JsonObject obj, string kind, string version, List<string> unknown)
    {
        try
        {
            return Decode(type, obj, unknown);
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {kind}: {e.Message}");
        }
    }

    /// <exception cref="FormatException">A value does not fit its type.</exception>
    public static JsonObject Decode(GoType type, JsonObject obj, List<string> unknown) => new GoDecoder(unknown).Struct(type, obj, "", null);

    /// <summary>The fields of a struct, in its order.</summary>
    private JsonObject Struct(GoType type, JsonObject? from, string path, GoType? outer)
    {
        var values = new Dictionary<string, JsonNode?>(type.Fields.Count);
        foreach (var (name, value) in from ?? [])
        {
            if (!type.Fields.TryGetValue(name, out var field))
            {
                _unknown.Add(path + name);
                continue;
            }

            _fields.Add(name);
            values[name] = Value(field.Type, value, path + name, outer ?? type);
            _fields.RemoveAt(_fields.Count - 1);
        }

        var obj = new JsonObject();
        foreach (var field in type.Ordered)
        {
            var value = values.GetValueOrDefault(field.Name) ?? Zero(field.Type);
            if (IsWritten(field, value))
                obj[field.Name] = IsEmptyList(value) ? null : value;
        }

        return obj;
    }

    /// <summary>A value in canonical form; null where it counts as absent.</summary>
    private JsonNode? Value(GoTypeRef type, JsonNode? value, string path, GoType owner)
    {
        if (value is null)
            return null;
        switch (type.Kind)
        {
            case GoKind.Struct:
                return Struct(type.Struct, value as JsonObject ?? throw Mismatch(type, value, owner), path + ".", null);
            case GoKind.List:
                var list = new JsonArray();
                foreach (var item in value as JsonArray ?? throw Mismatch(type, value, owner))
                    list.Add(Value(type.Element!, item, $"{path}[{list.Count}]", owner) ?? Element(type.Element!));
                return list;
            case GoKind.Map:
                var map = new JsonObject();
                foreach (var (key, item) in value as JsonObject ?? throw Mismatch(type, value, owner))
                    map[key] = Value(type.Element!, item, $"{path}.{key}", owner) ?? Element(type.Element!);
                if (type.Element!.Kind == GoKind.Quantity)
                    RoundResources(map);
                return map;
            case GoKind.Quantity:
                return Quantity.Parse((value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToText()).Trim()).ToString();
            case GoKind.IntOrString:
                return value.GetValueKind() == JsonValueKind.String || IsInteger(value, int.MinValue, int.MaxValue)
                    ? value.DeepClone()
                    : throw new FormatException($"json: cannot unmarshal {Shown(value)} into Go value of type int32");
            case GoKind.Time:
                return Time(value, type, owner, SecondsFormat);
            case GoKind.MicroTime:
                return Time(value, type, owner, MicroFormat);
            case GoKind.Bytes:
                return Bytes(value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw Mismatch(type, value, owner));
            case GoKind.Any or GoKind.FieldsV1:
                return value.DeepClone();
            case GoKind.SchemaOrOther:
                return SchemaOrOther(type.Element!.Struct, value);
        }

        var fits = value.GetValueKind() switch
        {
            JsonValueKind.String => type.Kind == GoKind.String,
            JsonValueKind.True or JsonValueKind.False => type.Kind == GoKind.Bool,
            JsonValueKind.Number => type.Kind switch
            {
                GoKind.Int32 => IsInteger(value, int.MinValue, int.MaxValue),
                GoKind.Int64 => IsInteger(value, long.MinValue, long.MaxValue),
                var kind => kind == GoKind.Float64,
            },
            _ => false,
        };
        return fits ? value.DeepClone() : throw Mismatch(type, value, owner);
    }

    /// <summary>Go reads these by hand, and hears of no fields that are unknown within them.</summary>
    private static JsonNode? SchemaOrOther(GoType schema, JsonNode value) => value switch
    {
        JsonObject => new GoDecoder([]).Struct(schema, value.AsObject(), "", null),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : SchemaOrOther(schema, item))]),
        _ => value.DeepClone(),
    };

    /// <summary>Whether a field stands in what Go writes.</summary>
    private static bool IsWritten(GoField field, JsonNode? value)
    {
        if (field.IsAlwaysWritten)
            return true;
        if (field.Type.IsPointer)
            return value is not null;
        return field.Type.Kind switch
        {
            GoKind.Struct => !(field.OmitsZero && value is JsonObject { Count: 0 }),
            GoKind.Time or GoKind.MicroTime => !field.OmitsZero || value is not null,
            GoKind.Quantity or GoKind.IntOrString => true,
            GoKind.List => value is JsonArray { Count: > 0 },
            GoKind.Map => value is JsonObject { Count: > 0 },
            GoKind.String or GoKind.Bytes => value is JsonValue text && text.GetValue<string>().Length > 0,
            GoKind.Bool => value is JsonValue flag && flag.GetValue<bool>(),
            GoKind.Any or GoKind.FieldsV1 or GoKind.SchemaOrOther => value is not null,
            _ => value is not null && value.Real() != 0,
        };
    }

    /// <summary>An empty list is the same as none once it has been stored.</summary>
    private static bool IsEmptyList(JsonNode? value) => value is JsonArray { Count: 0 };

    /// <summary>What an absent field of a type is; null for what may be absent.</summary>
    private JsonNode? Zero(GoTypeRef type) => type.IsPointer ? null : type.Kind switch
    {
        GoKind.String => "",
        GoKind.Bool => false,
        GoKind.Int32 or GoKind.Int64 or GoKind.Float64 or GoKind.IntOrString => 0,
        GoKind.Quantity => "0",
        GoKind.Struct => Struct(type.Struct, null, "", null),
        _ => null,
    };

    /// <summary>What a null within a list or a map is.</summary>
    private JsonNode? Element(GoTypeRef type) => type.Kind == GoKind.Bytes ? "" : Zero(type);

    /// <summary>Amounts of resources are kept to the thousandth.</summary>
    private static void RoundResources(JsonObject resources)
    {
        foreach (var (name, amount) in resources.ToList())
        {
            if (amount is JsonValue value)
                resources[name] = Quantity.Parse(value.GetValue<string>()).RoundUp(-3).ToString();
        }
    }

    private JsonValue Time(JsonNode value, GoTypeRef type, GoType owner, string format)
    {
        var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw Mismatch(type, value, owner);
        if (text.Length > 10 && text[10] is 'T' or 't'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && char.IsAsciiDigit(text[0]))
        {
            return JsonValue.Create(time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture));
        }

        var layout = format == MicroFormat ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
        throw new FormatException($"parsing time {GoText.Quote(text)} as \"{layout}\": cannot parse {GoText.Quote(text)} as \"2006\"");
    }

    private static JsonValue Bytes(string text)
    {
        try
        {
            return JsonValue.Create(Convert.ToBase64String(Convert.FromBase64String(text)));
        }
        catch (FormatException)
        {
            var bad = text.AsSpan().IndexOfAnyExcept(Base64);
            throw new FormatException($"illegal base64 data at input byte {(bad < 0 ? Math.Max(text.Length - 1, 0) / 4 * 4 : bad)}");
        }
    }

    private static bool IsInteger(JsonNode value, long least, long most) =>
        value.GetValueKind() == JsonValueKind.Number && value.Whole() is { } whole && whole >= least && whole <= most;

    private FormatException Mismatch(GoTypeRef type, JsonNode value, GoType owner) => new(
        $"json: cannot unmarshal {Shown(value)} into Go struct field {owner.Name[(owner.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]}.{string.Join(".", _fields)} of type {GoName(type)}");

    private static string Shown(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number" + (value.Whole() is { } whole && Math.Abs(whole) < int.MaxValue ? "" : " " + value.ToText()),
        _ => "bool",
    };

    private static string GoName(GoTypeRef type) => type.Kind switch
    {
        GoKind.Bool => "bool",
        GoKind.Int32 => "int32",
        GoKind.Int64 => "int64",
        GoKind.Float64 => "float64",
        GoKind.Bytes => "[]uint8",
        GoKind.List => "[]" + GoName(type.Element!),
        GoKind.Map => "map[string]" + GoName(type.Element!),
        GoKind.Struct => "v1." + type.Name![(type.Name!.IndexOf('/', StringComparison.Ordinal) + 1)..],
        GoKind.Time => "v1.Time",
        GoKind.MicroTime => "v1.MicroTime",
        _ => "string",
    };
}
