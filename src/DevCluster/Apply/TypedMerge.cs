using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>Puts what is applied into an object, and takes fields out of one (structured merge diff, <c>typed</c>).</summary>
internal static class TypedMerge
{
    /// <summary>An object with what is applied to it: neither argument is changed.</summary>
    public static JsonObject Merge(Typing type, JsonObject live, JsonObject applied) => Map(type, live, applied);

    /// <summary>A value without some fields and items; null when it has nothing left.</summary>
    public static JsonNode? Remove(Typing type, JsonNode? value, FieldSet gone)
    {
        switch (type.FormOf(value))
        {
            case MergeForm.Map when value is JsonObject { Count: > 0 } obj:
                var fields = new JsonObject();
                foreach (var (name, child) in obj)
                {
                    var element = PathElement.Field(name);
                    if (!gone.Has(element))
                        fields[name] = gone.Below(element) is { } below ? Remove(type.Field(name) ?? default, child, below) : child?.DeepClone();
                }

                return fields.Count > 0 ? fields : null;
            case MergeForm.List when value is JsonArray { Count: > 0 } list:
                var items = new JsonArray();
                foreach (var item in list)
                {
                    var element = type.ElementOf(item);
                    if (!gone.Has(element))
                        items.Add(gone.Below(element) is { } below ? Remove(type.Item, item, below) : item?.DeepClone());
                }

                return items.Count > 0 ? items : null;
            case MergeForm.Leaf when value is not (JsonObject or JsonArray):
                return value?.DeepClone();
            default:
                return null;
        }
    }

    private static JsonObject Map(Typing type, JsonObject live, JsonObject applied)
    {
        var merged = new JsonObject();
        foreach (var (name, value) in live)
            merged[name] = applied.TryGetPropertyValue(name, out var change) ? Value(type.Field(name) ?? default, value, change) : value?.DeepClone();
        foreach (var (name, change) in applied)
        {
            if (!live.ContainsKey(name))
                merged[name] = change?.DeepClone();
        }

        return merged;
    }

    private static JsonNode? Value(Typing type, JsonNode? live, JsonNode? applied)
    {
        switch (type.FormOf(applied))
        {
            case MergeForm.Map when live is JsonObject or null && applied is JsonObject or null:
                return live is JsonObject { Count: > 0 } || applied is JsonObject { Count: > 0 }
                    ? Map(type, live as JsonObject ?? [], applied as JsonObject ?? [])
                    : applied?.DeepClone();
            case MergeForm.List when live is JsonArray or null && applied is JsonArray or null:
                return live is JsonArray { Count: > 0 } || applied is JsonArray { Count: > 0 }
                    ? List(type, live as JsonArray ?? [], applied as JsonArray ?? [])
                    : applied?.DeepClone();
            default:
                return applied?.DeepClone();
        }
    }

    /// <summary>Items that both have come in the order of what is applied, the others of the object stay where they are between them.</summary>
    private static JsonArray List(Typing type, JsonArray live, JsonArray applied)
    {
        var mine = live.Select(item => (Element: type.ElementOf(item), Item: item)).ToList();
        var theirs = applied.Select(item => (Element: type.ElementOf(item), Item: item)).ToList();
        var known = mine.GroupBy(pair => pair.Element).ToDictionary(group => group.Key, group => group.Count() == 1 ? group.First().Item : null);
        var wanted = theirs.ToDictionary(pair => pair.Element, pair => pair.Item);
        var shared = new Queue<PathElement>(theirs.Select(pair => pair.Element).Where(known.ContainsKey));
        PathElement? next = shared.Count > 0 ? shared.Dequeue() : null;
        var merged = new HashSet<PathElement>();
        var result = new JsonArray();

        void Take(PathElement element)
        {
            merged.Add(element);
            result.Add(known.TryGetValue(element, out var have) && have is not null ? Value(type.Item, have, wanted[element]) : wanted[element]?.DeepClone());
        }

        for (int left = 0, right = 0; left < mine.Count || right < theirs.Count;)
        {
            if (left < mine.Count && right < theirs.Count)
            {
                var element = mine[left].Element;
                if (element == theirs[right].Element)
                {
                    Take(element);
                    left++;
                    right++;
                    next = shared.Count > 0 ? shared.Dequeue() : null;
                    continue;
                }

                if (wanted.ContainsKey(element) && next is { } expected && expected != element)
                {
                    // Both have it, but it is not its turn.
                    left++;
                    continue;
                }
            }

            if (left < mine.Count)
            {
                if (!wanted.ContainsKey(mine[left].Element))
                {
                    result.Add(mine[left++].Item?.DeepClone());
                    continue;
                }

                if (merged.Contains(mine[left].Element))
                    left++;
            }

            if (right < theirs.Count)
            {
                var element = theirs[right++].Element;
                Take(element);
                if (next == element)
                    next = shared.Count > 0 ? shared.Dequeue() : null;
            }
        }

        return result;
    }
}
