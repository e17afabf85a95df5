using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>
/// A value and what it was before an update, as far as that can be told: what did not change is let pass although it is invalid
/// (KEP-4008; apiserver, <c>cel/common.CorrelatedObject</c>). The default value knows nothing of what was before.
/// </summary>
/// <param name="Schema">The schema of the value.</param>
/// <param name="Value">The value.</param>
/// <param name="Old">What it was before.</param>
internal readonly record struct Correlation(Schema? Schema, JsonNode? Value, JsonNode? Old)
{
    /// <summary>Whether it is known what the value was before.</summary>
    public bool Exists => Schema is not null;

    /// <summary>Of a field, or of the value of a key.</summary>
    public Correlation Key(string name)
    {
        if (Schema is null || Value is not JsonObject now || Old is not JsonObject before
            || !now.TryGetPropertyValue(name, out var value) || !before.TryGetPropertyValue(name, out var old))
        {
            return default;
        }

        return (Schema.Properties.GetValueOrDefault(name) ?? Schema.AdditionalValues) is { } schema ? new Correlation(schema, value, old) : default;
    }

    /// <summary>The old items of a keyed list; null of others, whose items cannot be told from one another over time.</summary>
    public KeyedItems? OldItems() =>
        Schema is { ListType: "map", Items: not null } && Value is JsonArray && Old is JsonArray old ? new KeyedItems(old, Schema.ListMapKeys) : null;

    /// <summary>Of an item.</summary>
    public Correlation Item(KeyedItems? old, JsonNode? item) =>
        old?.Find(item) is { } before ? new Correlation(Schema!.Items, item, before) : default;

    /// <summary>Whether the value is known to be as it was; the order of keyed lists does not count.</summary>
    public bool IsUnchanged()
    {
        if (Schema is null)
            return false;
        switch (Value, Old)
        {
            case (JsonObject now, JsonObject before):
                if (now.Count != before.Count)
                    return false;
                foreach (var (name, _) in now)
                {
                    if (!Key(name).IsUnchanged())
                        return false;
                }

                return true;
            case (JsonArray now, JsonArray before):
                if (now.Count != before.Count)
                    return false;
                if (OldItems() is not { } items)
                    return JsonNode.DeepEquals(now, before);
                foreach (var item in now)
                {
                    if (!Item(items, item).IsUnchanged())
                        return false;
                }

                return true;
            default:
                return JsonNode.DeepEquals(Value, Old);
        }
    }
}
