using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Patches;

/// <summary>
/// Strategic merge patch, for built-in kinds only: lists of objects with a merge key are merged item by item, with the
/// directives <c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder/…</c> and <c>$deleteFromPrimitiveList/…</c>
/// (API conventions, "strategic merge patch").
/// </summary>
internal static class StrategicMergePatch
{
    /// <exception cref="PatchException">A directive or an item of a keyed list is malformed.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        Merge(target, patch);
        return target;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        switch (patch.Text("$patch"))
        {
            case "replace":
                target.Clear();
                foreach (var (name, value) in patch.Where(pair => pair.Key != "$patch"))
                    target[name] = value?.DeepClone();
                return;
            case "delete":
                target.Clear();
                return;
        }

        if (patch["$retainKeys"] is JsonArray retained)
        {
            var keep = retained.Select(key => key?.GetValue<string>()).ToHashSet();
            foreach (var name in target.Select(pair => pair.Key).Where(key => !keep.Contains(key)).ToList())
                target.Remove(name);
        }

        foreach (var (name, change) in patch)
        {
            if (name.StartsWith('$'))
                Directive(target, patch, name, change);
            else if (change is null)
                target.Remove(name);
            else
                Field(target, name, change);
        }
    }

    private static void Field(JsonObject target, string name, JsonNode change)
    {
        switch (change)
        {
            case JsonObject changes:
                var child = target[name] as JsonObject ?? [];
                Merge(child, changes);
                if (child.Parent is null)
                    target[name] = child;
                break;
            case JsonArray list when MergeKeys.Of(name, list, target[name] as JsonArray) is { } key:
                target[name] = MergeByKey(target[name] as JsonArray ?? [], list, key);
                break;
            case JsonArray list when MergeKeys.IsMergedSet(name):
                var merged = target[name] as JsonArray ?? [];
                foreach (var item in list.Where(item => !merged.Any(have => JsonNode.DeepEquals(have, item))).ToList())
                    merged.Add(item?.DeepClone());
                if (merged.Parent is null)
                    target[name] = merged;
                break;
            default:
                target[name] = change.DeepClone();
                break;
        }
    }

    private static void Directive(JsonObject target, JsonObject patch, string name, JsonNode? change)
    {
        const string DeleteItems = "$deleteFromPrimitiveList/";
        const string Order = "$setElementOrder/";
        if (name.StartsWith(DeleteItems, StringComparison.Ordinal) && change is JsonArray gone)
        {
            if (target[name[DeleteItems.Length..]] is JsonArray list)
            {
                foreach (var item in list.Where(item => gone.Any(g => JsonNode.DeepEquals(g, item))).ToList())
                    list.Remove(item);
            }
        }
        else if (name.StartsWith(Order, StringComparison.Ordinal) && change is JsonArray order)
        {
            var field = name[Order.Length..];

            // The order is of the list after its own change, which may stand later in the patch.
            if (patch[field] is { } own)
                Field(target, field, own);
            if (target[field] is JsonArray list)
                Sort(list, order, MergeKeys.Of(field, order, list));
        }
        else if (name is not ("$patch" or "$retainKeys"))
        {
            throw new PatchException($"unknown directive {name}");
        }
    }

    private static JsonArray MergeByKey(JsonArray have, JsonArray changes, string key)
    {
        if (changes.Any(item => item.Text("$patch") == "replace"))
            return [.. changes.Where(item => item.Text("$patch") is null).Select(item => item?.DeepClone())];

        // New items go first, as in the real server.
        var result = new List<JsonNode?>();
        var old = have.Select(item => item?.DeepClone()).ToList();
        foreach (var change in changes)
        {
            if (change is not JsonObject item || item[key] is not { } id)
                throw new PatchException($"map: {change.ToText()} does not contain declared merge key: {key}");
            var at = old.FindIndex(o => JsonNode.DeepEquals((o as JsonObject)?[key], id));
            if (item.Text("$patch") == "delete")
            {
                if (at >= 0)
                    old.RemoveAt(at);
            }
            else if (at >= 0)
            {
                Merge((JsonObject)old[at]!, item);
            }
            else
            {
                result.Add(item.DeepClone());
            }
        }

        result.AddRange(old);
        return [.. result];
    }

    private static void Sort(JsonArray list, JsonArray order, string? key)
    {
        JsonNode? Id(JsonNode? item) => key is null ? item : (item as JsonObject)?[key];
        int Place(JsonNode? item)
        {
            for (var i = 0; i < order.Count; i++)
            {
                if (JsonNode.DeepEquals(Id(order[i]), Id(item)))
                    return i;
            }

            return -1;
        }

        // Items that the order does not name keep their places before the named ones.
        var sorted = list.OrderBy(Place).ToList();
        list.Clear();
        foreach (var item in sorted)
            list.Add(item);
    }
}
