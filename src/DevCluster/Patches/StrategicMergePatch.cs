using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;

namespace OrleansOperator.DevCluster.Patches;

/// <summary>
/// Strategic merge patch, for built-in kinds only: lists that their Go type marks as merged are merged item by item, with the directives
/// <c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder/…</c> and <c>$deleteFromPrimitiveList/…</c> (apimachinery,
/// <c>util/strategicpatch</c>). What the patch names comes before what it does not, unless the server had it in front.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Marker = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeleteItems = "$deleteFromPrimitiveList/";
    private const string ElementOrder = "$setElementOrder/";

    /// <param name="target">The object; it is changed.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="type">The type of the object.</param>
    /// <exception cref="PatchException">A directive or an item of a keyed list is malformed.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, GoType? type) => MergeMap(target, patch.Clone(), type);

    private static JsonObject MergeMap(JsonObject target, JsonObject patch, GoType? type)
    {
        if (patch.TryGetPropertyValue(Marker, out var directive))
        {
            patch.Remove(Marker);
            return directive?.ToString() switch
            {
                "replace" => patch,
                "delete" => [],
                var other => throw new PatchException($"unknown patch type found: {other ?? "<nil>"} in {GoText.Plain(patch)}", 500),
            };
        }

        Retain(target, patch);
        Reorder(target, patch, type);
        foreach (var (name, change) in patch.ToList())
        {
            var isDeletion = name.StartsWith(DeleteItems, StringComparison.Ordinal);
            var field = isDeletion ? name[DeleteItems.Length..] : name;
            if (name.StartsWith(ElementOrder, StringComparison.Ordinal))
                continue;
            if (change is null)
                target.Remove(field);
            else if (isDeletion)
                DeleteFrom(target, field, change);
            else
                target[field] = Merged(target[field], change, FieldOf(type, field));
        }

        return target;
    }

    /// <summary>A value with a change on it.</summary>
    private static JsonNode? Merged(JsonNode? have, JsonNode change, GoField? field) => (have, change) switch
    {
        (JsonObject target, JsonObject patch) => Detached(MergeMap(target, (JsonObject)Detached(patch), Below(field))),
        (JsonArray target, JsonArray patch) when field?.IsMerged == true => MergeList(target, patch, field),
        _ => WithoutDirectives(change),
    };

    private static JsonArray MergeList(JsonArray have, JsonArray patch, GoField field)
    {
        if (have.Count == 0 && patch.Count == 0)
            return (JsonArray)have.DeepClone();
        var (old, changes) = (have.Select(item => item?.DeepClone()).ToList(), patch.Select(item => item?.DeepClone()).ToList());
        if (have.Concat(patch).Any(item => item is JsonArray))
            throw new PatchException("lists of lists are not supported", 422);
        if (have.Concat(patch).All(item => item is JsonObject))
            return MergeKeyed(have, old, changes, field);
        var both = new List<JsonNode?>();
        foreach (var item in old.Concat(changes).Where(item => !both.Any(known => JsonNode.DeepEquals(known, item))))
            both.Add(item);
        return Ordered(both, changes, have, null);
    }

    private static JsonArray MergeKeyed(JsonArray have, List<JsonNode?> old, List<JsonNode?> changes, GoField field)
    {
        var key = field.MergeKey ?? throw new PatchException($"cannot merge lists without merge key for {field.Name}", 500);
        var items = new List<JsonNode?>();
        var replaces = false;
        foreach (var change in changes.OfType<JsonObject>())
        {
            switch (change.Text(Marker))
            {
                case null:
                    items.Add(change);
                    break;
                case "delete":
                    var gone = Id(change, key) ?? throw NoKey(change, key);
                    old.RemoveAll(item => IsSame(Id(item, key), gone));
                    break;
                case "replace":
                    replaces = true;
                    break;
                case var other:
                    throw new PatchException($"unknown patch type found: {other} in {GoText.Plain(change)}", 500);
            }
        }

        if (replaces)
            return [.. items];
        foreach (var change in items.OfType<JsonObject>())
        {
            var id = Id(change, key) ?? throw NoKey(change, key);
            var at = old.FindIndex(item => IsSame(Id(item, key), id));
            if (at < 0)
                old.Add(change.DeepClone());
            else
                old[at] = MergeMap((JsonObject)old[at]!, (JsonObject)change.DeepClone(), field.Type.Element!.Struct);
        }

        return Ordered(old, items, have, key);
    }

    /// <summary>
    /// Puts a merged list in order: what the order names in that order, the rest as the server had it, merged so that what the server had in
    /// front of something named stays there.
    /// </summary>
    private static JsonArray Ordered(List<JsonNode?> merged, IList<JsonNode?> order, JsonArray server, string? key)
    {
        int Place(IList<JsonNode?> list, JsonNode? item)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (IsSame(Id(list[i], key), Id(item, key)))
                    return i;
            }

            return -1;
        }

        var named = new Queue<JsonNode?>(merged.Where(item => Place(order, item) >= 0).OrderBy(item => Place(order, item)));
        var rest = new Queue<JsonNode?>(merged.Where(item => Place(order, item) < 0).OrderBy(item => Place(server, item)));
        var result = new JsonArray();
        while (named.Count + rest.Count > 0)
        {
            var isRestFirst = named.Count == 0;
            if (named.Count > 0 && rest.Count > 0)
            {
                var (ofRest, ofNamed) = (Place(server, rest.Peek()), Place(server, named.Peek()));
                isRestFirst = ofRest >= 0 && ofNamed >= 0 && ofRest < ofNamed;
            }

            result.Add((isRestFirst ? rest : named).Dequeue());
        }

        return result;
    }

    private static void Retain(JsonObject target, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(RetainKeys, out var retained))
            return;
        patch.Remove(RetainKeys);
        if (retained is not JsonArray list)
            throw new PatchException("invalid patch format of retainKeys", 400);
        var keep = list.Select(key => key?.ToString()).ToHashSet();
        if (patch.Any(pair => pair.Value is not null && !pair.Key.StartsWith('$') && !keep.Contains(pair.Key)))
            throw new PatchException("patch content doesn't match retainKeys list", 422);
        foreach (var name in target.Select(pair => pair.Key).Where(key => !keep.Contains(key)).ToList())
            target.Remove(name);
    }

    /// <summary>Lists whose whole order the patch gives: they are merged first, and are done with then.</summary>
    private static void Reorder(JsonObject target, JsonObject patch, GoType? type)
    {
        foreach (var (name, value) in patch.ToList())
        {
            if (!name.StartsWith(ElementOrder, StringComparison.Ordinal))
                continue;
            var field = name[ElementOrder.Length..];
            var order = value as JsonArray ?? throw new PatchException("invalid patch format of setElementOrder list", 400);
            var goField = FieldOf(type, field);
            var (have, change) = (target[field] as JsonArray, patch[field] as JsonArray);
            if (have is null && change is null)
                continue;
            var merged = have is null ? (JsonArray)WithoutDirectives(change!)! : change is null ? (JsonArray)have.DeepClone() : (JsonArray)Merged(have, change, goField)!;
            var items = merged.Select(item => item?.DeepClone()).ToList();
            patch.Remove(field);
            target[field] = Ordered(items, order, have ?? [], items.FirstOrDefault() is JsonObject ? goField?.MergeKey : null);
        }
    }

    private static void DeleteFrom(JsonObject target, string field, JsonNode change)
    {
        var gone = change as JsonArray ?? throw new PatchException("invalid patch format of primitive list", 400);
        if (target[field] is JsonArray list)
            target[field] = new JsonArray([.. list.Where(item => !gone.Any(other => JsonNode.DeepEquals(other, item))).Select(item => item?.DeepClone())]);
    }

    /// <summary>What is new has no directives, and no nulls.</summary>
    private static JsonNode? WithoutDirectives(JsonNode value)
    {
        switch (value)
        {
            case JsonObject obj:
                if (obj.Text(Marker) == "delete")
                    return new JsonObject();
                var kept = new JsonObject();
                foreach (var (name, child) in obj)
                {
                    if (!name.StartsWith('$') && child is not null)
                        kept[name] = WithoutDirectives(child);
                }

                return kept;
            case JsonArray list:
                return new JsonArray([.. list.Where(item => item.Text(Marker) is not ("delete" or "replace")).Select(item => item is null ? null : WithoutDirectives(item))]);
            default:
                return value.DeepClone();
        }
    }

    private static GoField? FieldOf(GoType? type, string name) => type is not null && type.Fields.TryGetValue(name, out var field) ? field : null;

    private static GoType? Below(GoField? field) => field?.Type.Kind == GoKind.Struct ? field.Type.Struct : null;

    private static JsonNode? Id(JsonNode? item, string? key) => key is null ? item : (item as JsonObject)?[key];

    private static bool IsSame(JsonNode? one, JsonNode? other) => one is not null && JsonNode.DeepEquals(one, other);

    private static JsonNode Detached(JsonNode node) => node.Parent is null ? node : node.DeepClone();

    private static PatchException NoKey(JsonObject item, string key) => new($"map: {GoText.Plain(item)} does not contain declared merge key: {key}", 500);
}
