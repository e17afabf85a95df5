using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>Who owns which field: <c>metadata.managedFields</c> (KEP-555).</summary>
internal static class ManagedFields
{
    /// <summary>Fields that nobody owns: the server's own, and what identifies the object.</summary>
    private static readonly HashSet<string> ServerFields =
    [
        "managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "name", "namespace", "selfLink", "generateName",
    ];

    private static readonly string[] UserMetadata = ["labels", "annotations", "finalizers", "ownerReferences"];

    /// <summary>The fields of an object that can be owned.</summary>
    public static FieldSet FieldsOf(JsonObject obj, ResourceInfo resource) =>
        FieldSet.Of(obj, resource.Rules.MergeSchema, field => field is not ("apiVersion" or "kind"), field => !ServerFields.Contains(field));

    /// <summary>
    /// Those that a write may set: the status only through its subresource, and through that nothing else. What else stands in an
    /// applied object is not looked at, and nobody comes to own it.
    /// </summary>
    public static FieldSet FieldsOf(JsonObject obj, ResourceInfo resource, string? subresource) => FieldSet.Of(
        obj, resource.Rules.MergeSchema, field => field is not ("apiVersion" or "kind") && IsSettable(field, resource, subresource), field => !ServerFields.Contains(field));

    /// <summary>The part of an object that a write may set.</summary>
    public static JsonObject Settable(JsonObject obj, ResourceInfo resource, string? subresource)
    {
        var settable = obj.Clone();
        foreach (var field in obj.Select(pair => pair.Key).Where(field => !IsSettable(field, resource, subresource)))
            settable.Remove(field);
        return settable;
    }

    /// <summary>After a write that is no apply: what it changed is its manager's, and nobody else's any more.</summary>
    public static void TrackUpdate(ResourceInfo resource, JsonObject? old, JsonObject obj, string manager, string? subresource, string now)
    {
        var metadata = obj["metadata"]!.AsObject();
        var entries = Entries(metadata);
        FieldSet changed;
        if (old is null)
        {
            changed = FieldsOf(obj, resource, subresource);
        }
        else
        {
            if (Unchanged(old, obj))
                return;
            var after = FieldsOf(obj, resource);
            changed = after.ChangedFrom(FieldsOf(old, resource));
            foreach (var entry in entries)
                entry["fieldsV1"] = FieldSet.FromJson(entry.Object("fieldsV1")).Intersect(after, keepParents: entry.Text("operation") == "Apply").Without(changed).ToJson();
        }

        var own = entries.Find(entry => IsOf(entry, manager, "Update", subresource));
        if (own is not null)
        {
            own["fieldsV1"] = FieldSet.FromJson(own.Object("fieldsV1")).Union(changed).ToJson();
            own["time"] = now;
        }
        else if (!changed.IsEmpty)
        {
            entries.Add(Entry(resource, manager, "Update", subresource, changed, now));
        }

        Write(metadata, entries);
    }

    /// <summary>The entries of an object.</summary>
    public static List<JsonObject> Entries(JsonNode? metadata) =>
        [.. (metadata.List("managedFields") ?? []).OfType<JsonObject>().Select(entry => entry.Clone())];

    public static bool IsOf(JsonObject entry, string manager, string operation, string? subresource) =>
        entry.Text("manager") == manager && entry.Text("operation") == operation && entry.Text("subresource") == subresource;

    public static JsonObject Entry(ResourceInfo resource, string manager, string operation, string? subresource, FieldSet fields, string now)
    {
        var entry = new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = operation,
            ["apiVersion"] = resource.ApiVersion,
            ["time"] = now,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = fields.ToJson(),
        };
        if (subresource is not null)
            entry["subresource"] = subresource;
        return entry;
    }

    /// <summary>Writes the entries back, those that own nothing left out.</summary>
    public static void Write(JsonObject metadata, IEnumerable<JsonObject> entries)
    {
        metadata["managedFields"] = new JsonArray(
        [
            .. entries.Where(entry => entry.Object("fieldsV1") is { Count: > 0 })
                .OrderBy(entry => entry.Text("operation") == "Apply" ? 0 : 1),
        ]);
        if (metadata["managedFields"] is JsonArray { Count: 0 })
            metadata.Remove("managedFields");
    }

    private static bool IsSettable(string field, ResourceInfo resource, string? subresource) =>
        field is "apiVersion" or "kind" || (subresource == "status" ? field == "status" : field != "status" || !resource.HasStatus);

    private static bool Unchanged(JsonObject old, JsonObject obj)
    {
        foreach (var (name, value) in obj)
        {
            if (name != "metadata" && !JsonNode.DeepEquals(value, old[name]))
                return false;
        }

        return old.All(pair => obj.ContainsKey(pair.Key))
            && UserMetadata.All(field =>
                JsonNode.DeepEquals(obj.Dig("metadata", field), old.Dig("metadata", field)));
    }
}
