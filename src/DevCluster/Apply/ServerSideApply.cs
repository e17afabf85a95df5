using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>Server-side apply (KEP-555): what a manager applies is its own, and what it no longer applies goes.</summary>
internal static class ServerSideApply
{
    /// <summary>A new object from what is applied.</summary>
    public static JsonObject Create(ResourceInfo resource, JsonObject applied, string manager, string now)
    {
        var obj = applied.Clone();
        ManagedFields.Write(obj.Ensure("metadata"), [ManagedFields.Entry(resource, manager, "Apply", null, ManagedFields.FieldsOf(applied, resource, null), now)]);
        return obj;
    }

    /// <summary>The object after an apply.</summary>
    /// <exception cref="ApiException">409: others own fields with other values, and force is not set.</exception>
    public static JsonObject Merge(ResourceInfo resource, JsonObject live, JsonObject applied, string manager, bool force, string? subresource, string now)
    {
        applied = ManagedFields.Settable(applied, resource, subresource);
        var set = ManagedFields.FieldsOf(applied, resource);
        var entries = ManagedFields.Entries(live["metadata"]);
        var own = entries.Find(entry => ManagedFields.IsOf(entry, manager, "Apply", subresource));
        var contested = set.ChangedFrom(ManagedFields.FieldsOf(live, resource));
        ResolveConflicts(entries.Where(entry => !ReferenceEquals(entry, own)), contested, force);

        var merged = live.Clone();
        Overlay(merged, Content(applied), resource.Rules.MergeSchema);
        if (own is not null)
        {
            var givenUp = FieldSet.FromJson(own.Object("fieldsV1")).Without(set);
            foreach (var entry in entries.Where(entry => !ReferenceEquals(entry, own)))
                givenUp = givenUp.Without(FieldSet.FromJson(entry.Object("fieldsV1")));
            Remove(merged, givenUp);
        }

        if (own is null)
        {
            own = ManagedFields.Entry(resource, manager, "Apply", subresource, set, now);
            entries.Insert(entries.FindLastIndex(entry => entry.Text("operation") == "Apply") + 1, own);
        }
        else
        {
            var fields = set.ToJson();
            if (!JsonNode.DeepEquals(fields, own["fieldsV1"]))
                own["time"] = now;
            own["fieldsV1"] = fields;
        }

        ManagedFields.Write(merged["metadata"]!.AsObject(), entries);
        return merged;
    }

    private static void ResolveConflicts(IEnumerable<JsonObject> others, FieldSet contested, bool force)
    {
        var conflicts = new List<(string With, string Path)>();
        foreach (var entry in others)
        {
            var owned = FieldSet.FromJson(entry.Object("fieldsV1"));
            var both = owned.Intersect(contested, keepParents: false);
            if (both.IsEmpty)
                continue;
            entry["fieldsV1"] = owned.Without(both).ToJson();
            var subresource = entry.Text("subresource") is { } name ? $" with subresource \"{name}\"" : "";
            var version = entry.Text("operation") == "Apply" ? "" : $" using {entry.Text("apiVersion")}";
            conflicts.AddRange(both.Paths().Select(path => ($"\"{entry.Text("manager")}\"{subresource}{version}", path)));
        }

        if (conflicts.Count == 0 || force)
            return;
        var text = conflicts.Count == 1
            ? $"1 conflict: conflict with {conflicts[0].With}: {conflicts[0].Path}"
            : $"{conflicts.Count} conflicts: " + string.Join("\n", conflicts.GroupBy(c => c.With).Select(group =>
                $"conflicts with {group.Key}:\n{string.Join("\n", group.Select(c => "- " + c.Path))}"));
        throw new ApiException(409, "Conflict", $"Apply failed with {text}", new JsonObject
        {
            ["causes"] = new JsonArray([.. conflicts.Select(c => new JsonObject
            {
                ["reason"] = "FieldManagerConflict",
                ["message"] = $"conflict with {c.With}",
                ["field"] = c.Path,
            })]),
        });
    }

    private static JsonObject Content(JsonObject applied)
    {
        var content = applied.Clone();
        if (content["metadata"] is JsonObject metadata)
            metadata.Remove("managedFields");
        return content;
    }

    private static void Overlay(JsonObject target, JsonObject changes, Schema? schema)
    {
        foreach (var (name, change) in changes)
        {
            var below = schema?.Properties.GetValueOrDefault(name) ?? schema?.AdditionalProperties;
            switch (change)
            {
                case JsonObject obj when target[name] is JsonObject child && below?.MapType != "atomic":
                    Overlay(child, obj, below);
                    break;
                case JsonArray list when target[name] is JsonArray have && ListForm.Of(below) is { IsAtomic: false } form:
                    OverlayList(have, list, form, below?.Items);
                    break;
                default:
                    target[name] = change?.DeepClone();
                    break;
            }
        }
    }

    private static void OverlayList(JsonArray have, JsonArray changes, ListForm form, Schema? items)
    {
        foreach (var change in changes)
        {
            var element = form.Element(change);
            var at = have.ToList().FindIndex(item => form.Element(item) == element);
            if (at < 0)
                have.Add(change?.DeepClone());
            else if (have[at] is JsonObject child && change is JsonObject obj)
                Overlay(child, obj, items);
        }
    }

    /// <summary>Takes fields out of an object; what has nothing left in it goes too.</summary>
    private static void Remove(JsonNode node, FieldSet gone)
    {
        foreach (var (element, below, member) in gone.Children())
        {
            if (node is JsonObject obj && element[0] == 'f')
            {
                var name = element[2..];
                if (member && !below.Children().Any())
                    obj.Remove(name);
                else if (obj[name] is { } child && IsEmptyWithout(child, below))
                    obj.Remove(name);
            }
            else if (node is JsonArray list)
            {
                var at = list.ToList().FindIndex(item => Names(element, item));
                if (at < 0)
                    continue;
                if (member)
                    list.RemoveAt(at);
                else
                    Remove(list[at]!, below);
            }
        }
    }

    private static bool IsEmptyWithout(JsonNode node, FieldSet gone)
    {
        Remove(node, gone);
        return node is JsonObject { Count: 0 } or JsonArray { Count: 0 };
    }

    private static bool Names(string element, JsonNode? item)
    {
        if (element[0] == 'v')
            return item.ToText() == element[2..];
        return JsonNode.Parse(element[2..])!.AsObject().All(pair =>
            JsonNode.DeepEquals(pair.Value, (item as JsonObject)?[pair.Key]) || (pair.Key == "protocol" && (item as JsonObject)?[pair.Key] is null));
    }
}
