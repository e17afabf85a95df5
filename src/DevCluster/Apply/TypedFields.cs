using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>The fields of objects, and how two objects differ in them (structured merge diff, <c>typed</c>).</summary>
internal static class TypedFields
{
    /// <summary>Every leaf of a value, and every item of a list.</summary>
    public static FieldSet Of(Typing type, JsonNode? value)
    {
        var set = new FieldSet();
        Collect(type, value, [], set);
        return set;
    }

    /// <summary>What one object has otherwise than the one before.</summary>
    public static Comparison Compare(Typing type, JsonObject before, JsonObject after)
    {
        var comparison = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        Compare(type, Slot.Of(before), Slot.Of(after), [], comparison);
        return comparison;
    }

    private static void Collect(Typing type, JsonNode? value, List<PathElement> path, FieldSet set)
    {
        switch (type.FormOf(value))
        {
            case MergeForm.Map when value is JsonObject obj:
                foreach (var (name, child) in obj)
                {
                    path.Add(PathElement.Field(name));
                    Collect(type.Field(name) ?? default, child, path, set);
                    if (child is null or JsonObject { Count: 0 } || !type.Declares(name))
                        set.Insert(path);
                    path.RemoveAt(path.Count - 1);
                }

                break;
            case MergeForm.List when value is JsonArray list:
                var items = list.Select(item => (Element: type.ElementOf(item), Item: item)).ToList();
                foreach (var same in items.GroupBy(item => item.Element))
                {
                    path.Add(same.Key);
                    if (same.Count() == 1)
                        Collect(type.Item, same.First().Item, path, set);
                    set.Insert(path);
                    path.RemoveAt(path.Count - 1);
                }

                break;
            case MergeForm.Leaf:
                set.Insert(path);
                break;
        }
    }

    private static void Compare(Typing type, Slot before, Slot after, List<PathElement> path, Comparison comparison)
    {
        var (formBefore, formAfter) = (type.FormOf(before.Value), type.FormOf(after.Value));
        var form = !after.IsThere ? formBefore : formAfter;
        if (before.IsThere && after.IsThere && before.Value is not null && after.Value is not null && formBefore != formAfter)
        {
            // What was one thing and is now another was taken away and added.
            CompareAs(formBefore, type, before, after, path, comparison);
        }

        if (CompareAs(form, type, before, after, path, comparison))
            return;
        if (!before.IsThere)
            comparison.Added.Insert(path);
        else if (!after.IsThere)
            comparison.Removed.Insert(path);
    }

    /// <summary>Compares two values, and returns whether they were compared as a whole.</summary>
    private static bool CompareAs(MergeForm form, Typing type, Slot before, Slot after, List<PathElement> path, Comparison comparison)
    {
        var isEmpty = IsEmpty(before.Value, form) && IsEmpty(after.Value, form);
        if (form == MergeForm.Leaf || isEmpty)
        {
            if (!before.IsThere)
                comparison.Added.Insert(path);
            else if (!after.IsThere)
                comparison.Removed.Insert(path);
            else if (!JsonNode.DeepEquals(before.Value, after.Value))
                comparison.Modified.Insert(path);
            return true;
        }

        if (form == MergeForm.Map)
            CompareMaps(type, before.Value as JsonObject ?? [], after.Value as JsonObject ?? [], path, comparison);
        else
            CompareLists(type, before.Value as JsonArray ?? [], after.Value as JsonArray ?? [], path, comparison);
        return false;
    }

    private static bool IsEmpty(JsonNode? value, MergeForm form) =>
        form == MergeForm.Map ? value is not JsonObject { Count: > 0 } : value is not JsonArray { Count: > 0 };

    private static void CompareMaps(Typing type, JsonObject before, JsonObject after, List<PathElement> path, Comparison comparison)
    {
        foreach (var name in before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key)))
        {
            path.Add(PathElement.Field(name));
            Compare(type.Field(name) ?? default, Slot.Of(before, name), Slot.Of(after, name), path, comparison);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static void CompareLists(Typing type, JsonArray before, JsonArray after, List<PathElement> path, Comparison comparison)
    {
        var (old, now) = (before.ToLookup(type.ElementOf), after.ToLookup(type.ElementOf));
        foreach (var element in old.Select(group => group.Key).Union(now.Select(group => group.Key)))
        {
            var (mine, theirs) = (old[element].ToList(), now[element].ToList());
            path.Add(element);
            if (mine.Count <= 1 && theirs.Count <= 1)
            {
                Compare(type.Item, Slot.FirstOf(mine), Slot.FirstOf(theirs), path, comparison);
            }
            else if (mine.Count >= 2 && theirs.Count >= 2)
            {
                // Items that cannot be told apart are compared as one.
                if (!mine.SequenceEqual(theirs, JsonEquality.Instance))
                    comparison.Modified.Insert(path);
            }
            else if (mine.Count >= 2)
            {
                if (theirs.Count > 0)
                    Compare(type.Item, default, Slot.FirstOf(theirs), path, comparison);
                comparison.Removed.Insert(path);
            }
            else
            {
                if (mine.Count > 0)
                    Compare(type.Item, Slot.FirstOf(mine), default, path, comparison);
                comparison.Added.Insert(path);
            }

            path.RemoveAt(path.Count - 1);
        }
    }

    /// <summary>A value that may not be there, which differs from null.</summary>
    private readonly record struct Slot(bool IsThere, JsonNode? Value)
    {
        public static Slot Of(JsonObject obj) => new(true, obj);

        public static Slot Of(JsonObject obj, string name) => obj.TryGetPropertyValue(name, out var value) ? new Slot(true, value) : default;

        public static Slot FirstOf(List<JsonNode?> items) => items.Count > 0 ? new Slot(true, items[0]) : default;
    }

    private sealed class JsonEquality : IEqualityComparer<JsonNode?>
    {
        public static JsonEquality Instance { get; } = new();

        public bool Equals(JsonNode? x, JsonNode? y) => JsonNode.DeepEquals(x, y);

        public int GetHashCode(JsonNode? obj) => obj.ToText().GetHashCode(StringComparison.Ordinal);
    }
}

/// <summary>How one object differs from another.</summary>
/// <param name="Removed">The fields that it has no more.</param>
/// <param name="Modified">The fields that have other values.</param>
/// <param name="Added">The fields that it has besides.</param>
internal sealed record Comparison(FieldSet Removed, FieldSet Modified, FieldSet Added)
{
    /// <summary>The same without some fields and what is below them.</summary>
    public Comparison Without(FieldSet fields) =>
        new(Removed.WithoutBelow(fields), Modified.WithoutBelow(fields), Added.WithoutBelow(fields));
}
