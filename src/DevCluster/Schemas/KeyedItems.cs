using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>The items of a list of type <c>map</c>, by their keys.</summary>
internal sealed class KeyedItems
{
    private readonly IReadOnlyList<string> _keys;
    private readonly Dictionary<string, JsonNode> _items = [];

    public KeyedItems(JsonArray list, IReadOnlyList<string> keys)
    {
        _keys = keys;
        foreach (var item in list.OfType<JsonObject>())
            _items.TryAdd(KeyOf(item), item);
    }

    /// <summary>The item with the same keys as another; null when there is none.</summary>
    public JsonNode? Find(JsonNode? item) => item is JsonObject obj ? _items.GetValueOrDefault(KeyOf(obj)) : null;

    private string KeyOf(JsonObject item) => _keys.Count == 1 ? item[_keys[0]].ToText() : string.Join('\n', _keys.Select(key => item[key].ToText()));
}
