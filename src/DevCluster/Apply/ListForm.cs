using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Patches;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>How the items of a list are told apart (structured merge diff: associative, set or atomic).</summary>
/// <param name="Keys">The key fields of an associative list; empty for a set; null for an atomic list.</param>
internal readonly record struct ListForm(IReadOnlyList<string>? Keys)
{
    private static readonly ListForm Atomic = new((IReadOnlyList<string>?)null);
    private static readonly ListForm Set = new([]);

    public bool IsAtomic => Keys is null;

    /// <summary>The form of the list in a field: from the CRD's schema, or by the field's name in metadata and built-in kinds.</summary>
    public static ListForm Of(string field, JsonArray list, Schema? schema, bool custom)
    {
        if (custom && schema is not null)
        {
            return schema.ListType switch
            {
                "map" => new ListForm(schema.ListMapKeys),
                "set" => Set,
                _ => Atomic,
            };
        }

        if (MergeKeys.IsMergedSet(field))
            return Set;
        if (MergeKeys.Of(field, list, null) is not { } key || list.Any(item => (item as JsonObject)?.ContainsKey(key) != true))
            return Atomic;
        return new ListForm(key == "containerPort" ? ["containerPort", "protocol"] : [key]);
    }

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
            else if (name == "protocol")
                key[name] = "TCP";
        }

        return "k:" + key.ToText();
    }
}
