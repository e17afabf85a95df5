using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>How the items of a list are told apart (structured merge diff: associative, set or atomic).</summary>
/// <param name="Keys">The key fields of an associative list; empty for a set; null for an atomic list.</param>
internal readonly record struct ListForm(IReadOnlyList<string>? Keys)
{
    private static readonly ListForm Atomic = new((IReadOnlyList<string>?)null);
    private static readonly ListForm Set = new([]);

    public bool IsAtomic => Keys is null;

    private Schema? Items { get; init; }

    /// <summary>The form of a list, as its schema has it; a list without one is replaced whole.</summary>
    public static ListForm Of(Schema? schema) => schema?.ListType switch
    {
        "map" => new ListForm(schema.ListMapKeys) { Items = schema.Items },
        "set" => Set,
        _ => Atomic,
    };

    /// <summary>The path element of an item: <c>k:{"name":"nginx"}</c> or <c>v:"x"</c>.</summary>
    public string Element(JsonNode? item)
    {
        if (Keys is not { Count: > 0 } keys)
            return "v:" + item.ToText();
        var key = new JsonObject();
        foreach (var name in keys)
        {
            if ((item as JsonObject)?[name] is { } value)
                key[name] = value.DeepClone();
            else if (Items?.Properties.GetValueOrDefault(name)?.Default is { } given)
                key[name] = given.DeepClone();
        }

        return "k:" + key.ToText();
    }
}
