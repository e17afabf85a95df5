using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansOperator.KubeApi.Configuration.Kubeconfigs;

/// <summary>A mapping of a kubeconfig, whose fields are read by type; a field of another type is an error that names it.</summary>
/// <param name="node">The mapping.</param>
/// <param name="path">Where in the file it is, such as <c>users[0].user</c>; empty for the file itself.</param>
internal sealed class KubeconfigYaml(YamlMappingNode node, string path)
{
    /// <summary>Where in the file it is.</summary>
    public string Path => path;

    /// <summary>A text; null when it is absent or empty.</summary>
    public string? Text(string field) => Child(field) switch
    {
        null => null,
        YamlScalarNode scalar => Scalar(scalar) is { Length: > 0 } text ? text : null,
        _ => throw Wrong(field, "a text"),
    };

    /// <summary>The absolute path of a file; null when it is absent.</summary>
    public string? FilePath(string field, string folder) => Text(field) is { } file ? System.IO.Path.Combine(folder, file) : null;

    /// <summary>Whether a switch is on.</summary>
    public bool Flag(string field) => Text(field) switch
    {
        null => false,
        var text => bool.TryParse(text, out var value) ? value : throw Wrong(field, "true or false"),
    };

    /// <summary>A list of texts; empty when it is absent.</summary>
    public IReadOnlyList<string> List(string field) => Child(field) is { } child ? Texts(child, field) : [];

    /// <summary>A mapping; null when it is absent.</summary>
    public KubeconfigYaml? Map(string field) => Child(field) switch
    {
        null => null,
        YamlMappingNode map => new KubeconfigYaml(map, At(field)),
        _ => throw Wrong(field, "a mapping"),
    };

    /// <summary>A list of mappings; empty when it is absent.</summary>
    public IEnumerable<KubeconfigYaml> Items(string field) => Child(field) switch
    {
        null => [],
        YamlSequenceNode list => list.Children.Select((item, index) => item is YamlMappingNode map
            ? new KubeconfigYaml(map, $"{At(field)}[{index}]")
            : throw Wrong($"{field}[{index}]", "a mapping")),
        _ => throw Wrong(field, "a list"),
    };

    /// <summary>A list of named mappings, such as <c>- {name: a, user: {...}}</c>. An item without a name is an error.</summary>
    public IEnumerable<(string Name, KubeconfigYaml Value)> Named(string list, string field)
    {
        foreach (var item in Items(list))
        {
            var name = item.Text("name") ?? throw new InvalidDataException($"{item.Path} has no name");
            yield return (name, item.Map(field) ?? new KubeconfigYaml(new YamlMappingNode(), item.At(field)));
        }
    }

    /// <summary>All fields as texts.</summary>
    public IReadOnlyDictionary<string, string> Texts()
    {
        var texts = new Dictionary<string, string>();
        foreach (var field in Fields())
            texts[field] = Text(field) ?? "";
        return texts;
    }

    /// <summary>All fields as lists of texts; a field with several occurs several times.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> TextLists() =>
        [.. Fields().SelectMany(field => List(field), KeyValuePair.Create)];

    /// <summary>A field of any type.</summary>
    public JsonNode? Json(string field) => Json(Child(field));

    private static JsonNode? Json(YamlNode? node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue? Plain(YamlScalarNode scalar) =>
        Scalar(scalar) is not { } text ? null
        : bool.TryParse(text, out var flag) ? JsonValue.Create(flag)
        : long.TryParse(text, out var number) ? JsonValue.Create(number)
        : JsonValue.Create(text);

    /// <summary>The value of a scalar; null for the several ways in which YAML says so.</summary>
    private static string? Scalar(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null" ? null : scalar.Value;

    private List<string> Texts(YamlNode child, string field) => child is YamlSequenceNode list
        ? [.. list.Children.Select((item, index) => item is YamlScalarNode scalar ? Scalar(scalar) ?? "" : throw Wrong($"{field}[{index}]", "a text"))]
        : throw Wrong(field, "a list");

    private IEnumerable<string> Fields() => node.Children.Keys.OfType<YamlScalarNode>().Select(static key => key.Value ?? "");

    private YamlNode? Child(string field) =>
        node.Children.TryGetValue(new YamlScalarNode(field), out var child)
        && child is not YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" }
            ? child
            : null;

    private string At(string field) => path.Length == 0 ? field : $"{path}.{field}";

    private InvalidDataException Wrong(string field, string expected) => new($"{At(field)} is not {expected}");
}
