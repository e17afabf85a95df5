using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>The Go types of built-in kinds. The table stands in <c>types.txt</c>; a type is read when it is first used.</summary>
internal static class GoTypes
{
    private static readonly Lazy<FrozenDictionary<string, string>> Lines = new(ReadLines);
    private static readonly ConcurrentDictionary<string, GoType> Types = new();

    /// <summary>The packages of API groups whose first label is not their name.</summary>
    private static readonly Dictionary<string, string> Packages = new() { [""] = "core", ["meta.k8s.io"] = "meta" };

    /// <exception cref="KeyNotFoundException">There is no such type.</exception>
    public static GoType Of(string name) => Find(name) ?? throw new KeyNotFoundException($"types.txt has no type {name}");

    public static GoType? Find(string name) =>
        Types.TryGetValue(name, out var known) ? known
        : Lines.Value.TryGetValue(name, out var line) ? Types.GetOrAdd(name, Parse(name, line))
        : null;

    /// <summary>The type of a kind, or null when it is none of the built-in ones. Options are there in every group.</summary>
    public static GoType? OfKind(string apiVersion, string kind) => Find($"{PackageOf(apiVersion)}/{kind}") ?? (kind.EndsWith("Options", StringComparison.Ordinal) ? Find($"meta/{kind}") : null);

    /// <summary>The package of an API version: <c>apps</c> for <c>apps/v1</c>, <c>autoscaling-v2</c> for <c>autoscaling/v2</c>.</summary>
    private static string PackageOf(string apiVersion)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var (group, version) = slash < 0 ? ("", apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        var package = Packages.GetValueOrDefault(group) ?? group.Split('.')[0];
        return version == "v1" ? package : $"{package}-{version}";
    }

    private static FrozenDictionary<string, string> ReadLines()
    {
        using var stream = typeof(GoTypes).Assembly.GetManifestResourceStream("types.txt")!;
        using var reader = new StreamReader(stream);
        var lines = new Dictionary<string, string>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                lines[line[..line.IndexOf(':', StringComparison.Ordinal)].TrimEnd('!')] = line;
        }

        return lines.ToFrozenDictionary();
    }

    private static GoType Parse(string name, string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var package = name[..name.IndexOf('/', StringComparison.Ordinal)];
        return new GoType(name, parts[0].EndsWith("!:", StringComparison.Ordinal), [.. parts[1..].Select(part => Field(part, package))]);
    }

    private static GoField Field(string text, string package)
    {
        var attributes = text.Split('|');
        var (equals, colon) = (text.IndexOf('=', StringComparison.Ordinal), text.IndexOf(':', StringComparison.Ordinal));
        var name = text[..equals];
        var type = attributes[0][(colon + 1)..];
        string? Attribute(string attribute) =>
            Array.Find(attributes[1..], part => part == attribute || part.StartsWith(attribute + "=", StringComparison.Ordinal)) is { } found
                ? found[Math.Min(attribute.Length + 1, found.Length)..]
                : null;
        var (keys, merge) = (Attribute("map"), Attribute("merge"));
        return new GoField
        {
            Name = name.TrimEnd('!'),
            Number = int.Parse(text.AsSpan(equals + 1, colon - equals - 1), CultureInfo.InvariantCulture),
            Type = TypeOf(type.TrimEnd('+', '~'), package),
            IsInline = name.EndsWith('!'),
            IsAlwaysWritten = type.TrimEnd('~').EndsWith('+'),
            OmitsZero = type.EndsWith('~'),

            // Without a list type, the keys of strategic merge patch are those of server-side apply.
            MapKeys = keys is not null ? keys.Split(',') : merge is { Length: > 0 } && Attribute("atomic") is null ? [merge] : null,
            IsSet = Attribute("set") is not null || (merge is "" && keys is null && Attribute("atomic") is null),
            IsMerged = merge is not null,
            MergeKey = merge is { Length: > 0 } ? merge : null,
            RetainsKeys = Attribute("retainKeys") is not null,
            IsAtomic = Attribute("atomic") is not null,
            Default = Attribute("default") is { } value ? JsonNode.Parse(value) : null,
        };
    }

    private static GoTypeRef TypeOf(string text, string package)
    {
        if (text.StartsWith('*'))
            return TypeOf(text[1..], package) with { IsPointer = true };
        if (text.StartsWith("[]", StringComparison.Ordinal))
            return new GoTypeRef(GoKind.List, false, TypeOf(text[2..], package));
        if (text.StartsWith("{}", StringComparison.Ordinal))
            return new GoTypeRef(GoKind.Map, false, TypeOf(text[2..], package));
        return text switch
        {
            "string" => new GoTypeRef(GoKind.String, false),
            "bool" => new GoTypeRef(GoKind.Bool, false),
            "int32" => new GoTypeRef(GoKind.Int32, false),
            "int64" => new GoTypeRef(GoKind.Int64, false),
            "float64" => new GoTypeRef(GoKind.Float64, false),
            "bytes" => new GoTypeRef(GoKind.Bytes, false),
            "Time" => new GoTypeRef(GoKind.Time, false),
            "MicroTime" => new GoTypeRef(GoKind.MicroTime, false),
            "Quantity" => new GoTypeRef(GoKind.Quantity, false),
            "IntOrString" => new GoTypeRef(GoKind.IntOrString, false),
            "FieldsV1" => new GoTypeRef(GoKind.FieldsV1, false),
            "SchemaOrOther" => new GoTypeRef(GoKind.SchemaOrOther, false, new GoTypeRef(GoKind.Struct, false, Name: "apiextensions/JSONSchemaProps")),
            "Raw" or "Any" => new GoTypeRef(GoKind.Any, false),
            _ => new GoTypeRef(GoKind.Struct, false, Name: text.Contains('/', StringComparison.Ordinal) ? text : $"{package}/{text}"),
        };
    }
}
