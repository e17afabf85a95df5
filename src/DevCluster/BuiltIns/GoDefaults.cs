using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>
/// The defaults of built-in kinds: those that are the same for every object of a type stand in <c>defaults.txt</c>, those that depend
/// on others in <see cref="DefaultFunctions"/>. As in a real server, a type's own come before those of what is in it.
/// </summary>
internal static class GoDefaults
{
    private static readonly Lazy<FrozenDictionary<string, IReadOnlyList<Entry>>> Table = new(Read);

    /// <summary>Types that have no defaults, and nothing below them that has: they need not be walked.</summary>
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Plain = new();

    public static void Apply(GoType type, JsonObject obj)
    {
        foreach (var entry in Table.Value.GetValueOrDefault(type.Name) ?? [])
            entry.Apply(obj);
        DefaultFunctions.Of(type.Name)?.Invoke(obj);
        foreach (var (name, field) in type.Fields)
        {
            if (obj[name] is { } value && !IsPlain(field.Type))
                Below(field.Type, value);
        }
    }

    private static void Below(GoTypeRef type, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject obj when type.Kind == GoKind.Struct:
                Apply(type.Struct, obj);
                break;
            case JsonObject obj when type.Kind == GoKind.Map:
                foreach (var (_, child) in obj)
                    Below(type.Element!, child);
                break;
            case JsonArray list when type.Kind == GoKind.List:
                foreach (var item in list)
                    Below(type.Element!, item);
                break;
        }
    }

    private static bool IsPlain(GoTypeRef type) => type.Kind switch
    {
        GoKind.List or GoKind.Map => IsPlain(type.Element!),
        GoKind.Struct => Plain.TryGetValue(type.Name!, out var plain) ? plain : Plain[type.Name!] = IsPlain(type.Struct, []),
        _ => true,
    };

    private static bool IsPlain(GoType type, HashSet<string> above)
    {
        if (!above.Add(type.Name))
            return true;
        if (Table.Value.ContainsKey(type.Name) || DefaultFunctions.Of(type.Name) is not null)
            return false;
        return type.Fields.Values.All(field =>
        {
            var of = field.Type;
            while (of.Element is { } element)
                of = element;
            return of.Kind != GoKind.Struct || IsPlain(of.Struct, above);
        });
    }

    private static FrozenDictionary<string, IReadOnlyList<Entry>> Read()
    {
        using var stream = typeof(GoDefaults).Assembly.GetManifestResourceStream("defaults.txt")!;
        using var reader = new StreamReader(stream);
        var table = new Dictionary<string, IReadOnlyList<Entry>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Length == 0)
                continue;
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            table[parts[0].TrimEnd(':')] = [.. parts[1..].Select(Entry.Parse)];
        }

        return table.ToFrozenDictionary();
    }

    /// <summary>One default: <c>a.b=value</c>, with <c>?c=value</c> where it holds only under that condition.</summary>
    private sealed record Entry(string[] Path, JsonNode Value, string[]? If, JsonNode? Is)
    {
        public static Entry Parse(string text)
        {
            var question = text.IndexOf('?', StringComparison.Ordinal);
            var (path, value) = Split(question < 0 ? text : text[..question]);
            if (question < 0)
                return new Entry(path, value, null, null);
            var (condition, wanted) = Split(text[(question + 1)..]);
            return new Entry(path, value, condition, wanted);
        }

        public void Apply(JsonObject obj)
        {
            if (If is not null && !JsonNode.DeepEquals(obj.Dig(If) ?? "", Is))
                return;
            var at = obj;
            foreach (var field in Path.AsSpan(0, Path.Length - 1))
                at = at.Ensure(field);
            if (at[Path[^1]] is null || (at[Path[^1]] is JsonValue have && have.TryGetValue<string>(out var text) && text.Length == 0))
                at[Path[^1]] = Value.DeepClone();
        }

        private static (string[] Path, JsonNode Value) Split(string text)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            return (text[..equals].Split('.'), JsonNode.Parse(text[(equals + 1)..])!);
        }
    }
}
