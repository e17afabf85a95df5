using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>
/// Validates objects of built-in kinds: what concerns one field stands in <c>validation.txt</c>, what concerns several in functions that
/// the table names (Kubernetes, <c>pkg/apis/*/validation</c>).
/// </summary>
internal static class GoValidation
{
    private static readonly Lazy<FrozenDictionary<string, IReadOnlyList<string>>> Lines = new(ReadLines);
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Action<Subject>>> Rules = new();

    /// <summary>Types that have no rules, and nothing below them that has: they need not be walked.</summary>
    private static readonly ConcurrentDictionary<string, bool> Plain = new();

    /// <summary>Adds what is wrong with an object but for its metadata and its status.</summary>
    /// <param name="type">The Go type of its kind.</param>
    /// <param name="obj">The object, in its form and with its defaults.</param>
    /// <param name="old">The object that it replaces, or null.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static void Validate(GoType type, JsonObject obj, JsonObject? old, List<FieldError> errors) =>
        Visit(new Subject(type, obj, old, "", null, errors), "status");

    /// <summary>Adds what is wrong with the status of an object.</summary>
    public static void ValidateStatus(GoType type, JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        if (type.Fields.ContainsKey("status") && new Subject(type, obj, old, "", null, errors).In("status") is { } status)
            Visit(status, null);
    }

    private static void Visit(Subject subject, string? except)
    {
        foreach (var rule in RulesOf(subject.Type.Name))
            rule(subject);
        foreach (var field in subject.Type.Ordered)
        {
            if (field.Name == except || subject.Value[field.Name] is not { } value || IsPlain(field.Type))
                continue;
            switch (field.Type.Kind)
            {
                case GoKind.Struct:
                    Visit(subject.In(field.Name)!, null);
                    break;
                case GoKind.List when value is JsonArray:
                    foreach (var item in subject.Items(field.Name))
                        Visit(item, null);
                    break;
            }
        }
    }

    private static IReadOnlyList<Action<Subject>> RulesOf(string type) => Rules.GetOrAdd(type, static name =>
        Lines.Value.TryGetValue(name, out var lines) ? [.. lines.Select(Parse)] : []);

    private static Action<Subject> Parse(string line)
    {
        if (line.StartsWith('@'))
            return ValidationFunctions.Of(line[1..]);
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var path = line[..colon].Split('.');
        var checks = FieldChecks.Parse(line[(colon + 1)..]);
        return subject =>
        {
            var site = new FieldSite(subject.Value.Dig(path), subject.Old.Dig(path), subject.Old is null, subject.At(string.Join('.', path)), subject.Errors);
            foreach (var check in checks)
            {
                if (!check(site))
                    return;
            }
        };
    }

    private static bool IsPlain(GoTypeRef type) => type.Kind switch
    {
        GoKind.List => IsPlain(type.Element!),
        GoKind.Struct => Plain.TryGetValue(type.Name!, out var plain) ? plain : Plain[type.Name!] = IsPlain(type.Struct, []),
        _ => true,
    };

    private static bool IsPlain(GoType type, HashSet<string> above)
    {
        if (!above.Add(type.Name))
            return true;
        return !Lines.Value.ContainsKey(type.Name) && type.Fields.Values.All(field =>
        {
            var of = field.Type.Kind == GoKind.List ? field.Type.Element! : field.Type;
            return of.Kind != GoKind.Struct || IsPlain(of.Struct, above);
        });
    }

    private static FrozenDictionary<string, IReadOnlyList<string>> ReadLines()
    {
        using var stream = typeof(GoValidation).Assembly.GetManifestResourceStream("validation.txt")!;
        using var reader = new StreamReader(stream);
        var table = new Dictionary<string, List<string>>();
        List<string>? rules = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            if (line.StartsWith(' '))
                rules!.Add(line.Trim());
            else
                table[line] = rules = [];
        }

        return table.ToFrozenDictionary(pair => pair.Key, IReadOnlyList<string> (pair) => pair.Value);
    }
}
