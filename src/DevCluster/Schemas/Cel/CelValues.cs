using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>An object or map of a document, whose fields have the types of a schema.</summary>
/// <param name="Json">The object.</param>
/// <param name="Schema">Its schema; null when nothing is known of it.</param>
internal sealed record CelObject(JsonObject Json, Schema? Schema)
{
    /// <summary>The value of a field or key that is there.</summary>
    public object? this[string name] => CelValues.Of(Json[name], SchemaOf(name));

    private Schema? SchemaOf(string name) => Schema is null ? null : Schema.Properties.GetValueOrDefault(name) ?? Schema.AdditionalProperties;
}

/// <summary>An object that an expression makes, such as <c>Object.spec{replicas: 3}</c>.</summary>
/// <param name="Type">The name of its type.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record CelStruct(string Type, IReadOnlyDictionary<string, object?> Fields);

/// <summary>Something with fields that are computed when they are asked for.</summary>
internal interface ICelFields
{
    /// <exception cref="CelException">The field cannot be computed.</exception>
    bool TryGet(string name, out object? value);
}

/// <summary>A sequence of bytes.</summary>
internal sealed record CelBytes(byte[] Value)
{
    public bool Equals(CelBytes? other) => other is not null && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => Value.Length;
}

/// <summary>A length of time, in nanoseconds.</summary>
internal readonly record struct CelDuration(long Nanoseconds) : IComparable<CelDuration>
{
    public int CompareTo(CelDuration other) => Nanoseconds.CompareTo(other.Nanoseconds);
}

/// <summary>A point in time.</summary>
internal readonly record struct CelTimestamp(DateTimeOffset Time) : IComparable<CelTimestamp>
{
    public int CompareTo(CelTimestamp other) => Time.CompareTo(other.Time);
}

/// <summary>A value that may be there or not.</summary>
internal sealed record CelOptional(bool HasValue, object? Value)
{
    public static CelOptional None { get; } = new(false, null);

    public static CelOptional Of(object? value) => new(true, value);
}

/// <summary>A range of addresses.</summary>
internal sealed record CelCidr(IPAddress Address, int PrefixLength);

/// <summary>A type as a value.</summary>
internal sealed record CelType(string Name);

/// <summary>A format that <c>format.named()</c> gives.</summary>
internal sealed record CelFormat(string Name, Func<string, IEnumerable<string>> Check);

/// <summary>A semantic version (https://semver.org).</summary>
internal sealed record CelSemver(long Major, long Minor, long Patch, string PreRelease) : IComparable<CelSemver>
{
    public int CompareTo(CelSemver? other)
    {
        if (other is null)
            return 1;
        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (numbers != 0 || PreRelease == other.PreRelease)
            return numbers;
        if (PreRelease.Length == 0 || other.PreRelease.Length == 0)
            return PreRelease.Length == 0 ? 1 : -1;
        var (mine, theirs) = (PreRelease.Split('.'), other.PreRelease.Split('.'));
        for (var i = 0; i < Math.Min(mine.Length, theirs.Length); i++)
        {
            if (Compare(mine[i], theirs[i]) is var order and not 0)
                return order;
        }

        return mine.Length.CompareTo(theirs.Length);
    }

    private static int Compare(string a, string b) => (long.TryParse(a, out var left), long.TryParse(b, out var right)) switch
    {
        (true, true) => left.CompareTo(right),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(a, b),
    };
}

/// <summary>Values of documents as values of expressions.</summary>
internal static class CelValues
{
    /// <summary>
    /// A value as an expression sees it: whole numbers are <c>long</c>, and strings have the type that the schema's format gives
    /// them (https://kubernetes.io/docs/reference/using-api/cel/#type-system-integration). One that does not have that form stays a
    /// string: the schema's own validation tells.
    /// </summary>
    public static object? Of(JsonNode? node, Schema? schema) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => Text(node.GetValue<string>(), schema),
        JsonValueKind.Number when schema?.Type == "number" => node.Real(),
        JsonValueKind.Number => node.Whole() is { } whole ? (object)whole : node.Real(),
        JsonValueKind.Array => node.AsArray().Select(item => Of(item, schema?.Items)).ToList(),
        _ => new CelObject(node.AsObject(), schema),
    };

    /// <summary>The name of a value's type.</summary>
    public static string TypeOf(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        double => "double",
        string => "string",
        CelBytes => "bytes",
        CelDuration => "google.protobuf.Duration",
        CelTimestamp => "google.protobuf.Timestamp",
        List<object?> => "list",
        CelOptional => "optional_type",
        CelType => "type",
        CelObject or Dictionary<object, object?> or ICelFields => "map",
        CelStruct made => made.Type,
        IPAddress => "net.IP",
        CelCidr => "net.CIDR",
        CelUrl => "kubernetes.URL",
        BuiltIns.Quantity => "kubernetes.Quantity",
        CelSemver => "kubernetes.Semver",
        CelFormat => "kubernetes.NamedFormat",
        _ => value.GetType().Name,
    };

    private static object Text(string text, Schema? schema)
    {
        if (schema?.Type != "string")
            return text;
        return schema.Format switch
        {
            "duration" when CelTime.TryDuration(text, out var duration) => duration,
            "date-time" or "date" when CelTime.TryTimestamp(text, out var time) => time,
            "byte" => Bytes(text),
            _ => text,
        };
    }

    private static object Bytes(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? new CelBytes(bytes[..length]) : text;
    }
}
