using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>What a record wants of an object and is otherwise: as a patch, and in words.</summary>
internal sealed record JsonDifference : Difference
{
    private const string Metadata = "metadata";

    private readonly List<Field> _fields = [];
    private readonly JsonObject _patch = [];

    private JsonDifference()
    {
    }

    /// <inheritdoc/>
    public override string Fields => string.Join(" and ", _fields.Select(Name).Distinct());

    /// <inheritdoc/>
    public override string Text => string.Join(", ", _fields.Select(changed => $"{Name(changed)} {changed.There ?? "missing"} instead of {changed.Wanted}"));

    /// <inheritdoc/>
    public override IReadOnlyList<string> FieldPath => _fields[0].Path;

    /// <summary>The difference between what is wanted and what is there; they differ.</summary>
    /// <param name="type">The record.</param>
    /// <param name="wanted">What is wanted.</param>
    /// <param name="there">What is there.</param>
    /// <param name="merges">Whether the API server merges lists by their keys.</param>
    public static JsonDifference Between(JsonTypeInfo type, object wanted, object there, bool merges)
    {
        var difference = new JsonDifference();
        difference.Add(difference._patch, type, wanted, there, [], merges);
        return difference;
    }

    internal override void WriteFields(Utf8JsonWriter json)
    {
        foreach (var (name, value) in _patch)
        {
            if (name == Metadata)
                continue;
            json.WritePropertyName(name);
            value!.WriteTo(json);
        }
    }

    internal override void WriteMetadata(Utf8JsonWriter json)
    {
        foreach (var (name, value) in _patch[Metadata] as JsonObject ?? [])
        {
            json.WritePropertyName(name);
            value!.WriteTo(json);
        }
    }

    /// <summary>Adds to a patch what is wanted otherwise of an object.</summary>
    private void Add(JsonObject patch, JsonTypeInfo type, object wanted, object? there, string[] path, bool merges)
    {
        foreach (var property in type.Properties)
        {
            if ((path.Length == 0 && property.Name == "status") || !JsonComparison.Differs(property, wanted, there))
                continue;
            var (value, present) = (property.Get!(wanted)!, there is null ? null : property.Get!(there));
            var rule = JsonRule.Of(property);
            var info = rule.Type;
            string[] at = [.. path, "f:" + property.Name];
            patch[property.Name] = (info.Kind, value) switch
            {
                (JsonTypeInfoKind.Object, _) => Part(info, value, present, at, merges),
                (JsonTypeInfoKind.Dictionary, IDictionary entries) => Entries(info, entries, present as IDictionary, at),
                (JsonTypeInfoKind.Enumerable, IList list) when merges && rule.MergeKey is { } key =>
                    Elements(rule.Element!, key, list, present as IList, at),
                _ => Whole(info, value, present, at),
            };
        }
    }

    private JsonObject Part(JsonTypeInfo type, object wanted, object? there, string[] path, bool merges)
    {
        var part = new JsonObject();
        Add(part, type, wanted, there, path, merges);
        return part;
    }

    private JsonObject Entries(JsonTypeInfo type, IDictionary wanted, IDictionary? there, string[] path)
    {
        var part = new JsonObject();
        var element = type.Options.GetTypeInfo(type.ElementType!);
        foreach (DictionaryEntry entry in wanted)
        {
            var present = there?[entry.Key];
            if (!Equals(entry.Value, present))
                part[(string)entry.Key] = Whole(element, entry.Value!, present, [.. path, "f:" + entry.Key]);
        }

        return part;
    }

    /// <summary>The elements that differ, each with its key.</summary>
    private JsonArray Elements(JsonTypeInfo element, string key, IList wanted, IList? there, string[] path)
    {
        var part = new JsonArray();
        var keyed = element.Properties.First(property => property.Name == key);
        foreach (var item in wanted)
        {
            var namesake = JsonComparison.Namesake(element, key, item!, there);
            if (!JsonComparison.ObjectDiffers(element, item!, namesake))
                continue;
            var name = JsonSerializer.SerializeToNode(keyed.Get!(item!), JsonRule.Of(keyed).Type)!;
            var changed = Part(element, item!, namesake, [.. path, $"k:{{\"{key}\":{name.ToJsonString()}}}"], merges: true);
            changed[key] = name;
            part.Add((JsonNode)changed);
        }

        return part;
    }

    private JsonNode? Whole(JsonTypeInfo type, object wanted, object? there, string[] path)
    {
        var node = JsonSerializer.SerializeToNode(wanted, type);
        _fields.Add(new Field(path, Words(type, there), Words(type, wanted)!));
        return node;
    }

    private static string? Words(JsonTypeInfo type, object? value) => value switch
    {
        null => null,
        string text => text,
        _ => JsonSerializer.Serialize(value, type),
    };

    /// <summary>The last part of the path, where that tells fields apart, and in labels and annotations which one.</summary>
    private string Name(Field field)
    {
        var leaf = field.Path[^1][2..];
        if (field.Path is [.., ("f:labels" or "f:annotations") and var parent, _])
            leaf = $"{(field.Path.Contains("f:template") ? "pod " : "")}{parent[2..^1]} {leaf}";
        return _fields.Count(other => other.Path[^1] == field.Path[^1]) == 1
            ? leaf
            : string.Join('.', field.Path.Select(step => step[2..]));
    }

    private sealed record Field(string[] Path, string? There, string Wanted);
}
