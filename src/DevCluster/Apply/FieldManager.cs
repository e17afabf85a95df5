using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>
/// Keeps <c>metadata.managedFields</c> true in every write, and merges what is applied (KEP-555; apimachinery, <c>util/managedfields</c>).
/// </summary>
/// <param name="resource">What is written, in the version of the request.</param>
/// <param name="subresource">The subresource it is written through, or null.</param>
/// <param name="versions">The same resource in another version; null when that is not served.</param>
/// <param name="clock">For the times of entries.</param>
internal sealed class FieldManager(ResourceInfo resource, string? subresource, Func<string, ResourceInfo?> versions, TimeProvider clock)
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Owns what stood in an object before the first apply, if nobody was known to.</summary>
    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>Fields that nobody owns: the server's own, and what identifies the object.</summary>
    private static readonly FieldSet Stripped = FieldSet.FromJson(new JsonObject
    {
        ["f:apiVersion"] = new JsonObject(),
        ["f:kind"] = new JsonObject(),
        ["f:metadata"] = new JsonObject(new[] { ".", "f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid", "f:clusterName", "f:generation", "f:managedFields", "f:resourceVersion" }
            .Select(field => KeyValuePair.Create(field, (JsonNode?)new JsonObject()))),
    });

    private readonly FieldSet _resets = resource.ResetFields(subresource);

    private Typing Type => new(resource.Rules.MergeSchema);

    /// <summary>
    /// After a write that is no apply: what it changed is its manager's, and nobody else's any more. Owners that the request itself names
    /// replace those that were.
    /// </summary>
    /// <param name="live">The object before; for a new one an empty one.</param>
    /// <param name="obj">The object after; gets its managed fields.</param>
    /// <param name="manager">The field manager.</param>
    public void Update(JsonObject live, JsonObject obj, string manager)
    {
        var metadata = obj["metadata"]!.AsObject();
        var managed = Given(live, metadata);
        metadata.Remove("managedFields");
        var isNew = live["metadata"].Text("uid") is null;
        if (!managed.IsEmpty || isNew)
            managed = Track(live, obj, managed, manager);
        managed.Write(metadata);
    }

    /// <summary>The object after an apply.</summary>
    /// <exception cref="ApiException">409: others own fields with other values, and force is not set; 400 and 500: it cannot be applied.</exception>
    public JsonObject Apply(JsonObject live, JsonObject applied, string manager, bool force)
    {
        CheckKind(applied);
        var managed = ManagedFields.Of(live["metadata"]);
        if (managed.IsEmpty)
            managed = Track(resource.Rules.Empty(resource), Unmanaged(live), managed, BeforeFirstApply);
        var result = ApplyOverClientSide(live, applied, managed, manager, force);
        if (manager == "kubectl" && result["metadata"].Object("annotations") is { } annotations && annotations.Text(LastApplied) is { Length: > 0 })
            annotations[LastApplied] = Configuration(applied);
        return result;
    }

    /// <summary>What kubectl applied on its own side it may take over.</summary>
    private JsonObject ApplyOverClientSide(JsonObject live, JsonObject applied, ManagedFields managed, string manager, bool force)
    {
        try
        {
            return Merge(live, applied, managed.Copy(), manager, force);
        }
        catch (ApplyConflict conflict)
        {
            if (manager != "kubectl" || AppliedByClient(live) is not { } allowed)
                throw conflict.ToApiException();
            if (conflict.Without(allowed) is { } left)
                throw left.ToApiException();
            return Merge(live, applied, managed.Copy(), manager, force: true);
        }
    }

    private JsonObject Merge(JsonObject live, JsonObject applied, ManagedFields managed, string manager, bool force)
    {
        if (applied["metadata"] is JsonObject given && given.ContainsKey("managedFields") && given["managedFields"] is not null)
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        var errors = new List<string>();
        Type.Validate(applied, "", allowDuplicates: false, errors);
        if (errors.Count > 0)
        {
            var text = errors.Count == 1 ? errors[0] : "errors:\n" + string.Join("\n", errors.Select(error => "  " + error));
            throw new ApiException(500, null, $"failed to create typed patch object ({Place(applied)}): {text}");
        }

        live = Unmanaged(live);
        managed = Reconciled(managed);
        var key = FieldManagerKey.Of(manager, applies: true, resource.ApiVersion, subresource);
        var last = managed[key];
        var merged = TypedMerge.Merge(Type, live, applied);
        var set = TypedFields.Of(Type, applied).WithoutBelow(_resets);
        managed[key] = new ManagedEntry(resource.ApiVersion, set, last?.Time);
        merged = Prune(merged, managed, last, set);
        Change(live, merged, managed, key, force);
        Strip(managed, key);
        var changed = !JsonNode.DeepEquals(live, merged);
        if (changed && managed[key] is { } own)
            managed[key] = own with { Time = clock.Timestamp() };
        var result = changed ? merged : live.Clone();
        managed.Write(result.Ensure("metadata"));
        return result;
    }

    /// <summary>Takes out what the manager applied last and applies no more, unless others own it.</summary>
    private JsonObject Prune(JsonObject merged, ManagedFields managed, ManagedEntry? last, FieldSet set)
    {
        if (last is null || last.Fields.IsEmpty || Converted(merged, last.ApiVersion) is not { } then)
            return merged;
        var (type, before) = then;
        var pruned = Remove(type, before, last.Fields.WithNamedFields(type));
        foreach (var version in managed.Keys.Select(key => managed[key]!.ApiVersion).Append(resource.ApiVersion).Distinct().OrderBy(version => version == last.ApiVersion ? 0 : 1))
        {
            if (versions(version) is null)
                continue;
            var owned = managed.Keys.Select(key => managed[key]!).Where(entry => entry.ApiVersion == version)
                .Aggregate(version == resource.ApiVersion ? set : new FieldSet(), (all, entry) => all.Union(entry.Fields));
            pruned = AddBack(before, pruned, last.ApiVersion, version, owned);
        }

        // What nobody owns, or what those own who update, stays.
        var lost = TypedFields.Of(type, before).WithNamedFields(type).Without(TypedFields.Of(type, pruned).WithNamedFields(type));
        pruned = Remove(type, before, lost.Intersect(last.Fields.WithNamedFields(type)));
        return Converted(pruned, resource.ApiVersion, last.ApiVersion)!.Value.Object;
    }

    private JsonObject AddBack(JsonObject merged, JsonObject pruned, string from, string version, FieldSet owned)
    {
        var (type, whole) = Converted(merged, version, from)!.Value;
        var part = Converted(pruned, version, from)!.Value.Object;
        var gone = TypedFields.Of(type, whole).WithNamedFields(type)
            .Without(TypedFields.Of(type, part).WithNamedFields(type).Union(owned.WithNamedFields(type)));
        return Converted(Remove(type, whole, gone), from, version)!.Value.Object;
    }

    private static JsonObject Remove(Typing type, JsonObject obj, FieldSet gone) => TypedMerge.Remove(type, obj, gone) as JsonObject ?? [];

    /// <summary>After a change by one manager: what changed is taken from the others.</summary>
    /// <exception cref="ApplyConflict">Others own it, and force is not set.</exception>
    private Comparison Change(JsonObject live, JsonObject obj, ManagedFields managed, FieldManagerKey? workflow, bool force)
    {
        var own = TypedFields.Compare(Type, live, obj).Without(_resets);
        var compared = new Dictionary<string, Comparison> { [resource.ApiVersion] = own };
        var conflicts = new List<(FieldManagerKey Manager, FieldSet Fields)>();
        var left = new Dictionary<FieldManagerKey, ManagedEntry?>();
        foreach (var key in managed.Keys.Where(key => key != workflow))
        {
            var entry = managed[key]!;
            if (!compared.TryGetValue(entry.ApiVersion, out var comparison))
            {
                if (Converted(live, entry.ApiVersion) is not var (type, before) || Converted(obj, entry.ApiVersion) is not var (_, after))
                {
                    // A version that is served no more owns nothing.
                    left[key] = null;
                    continue;
                }

                compared[entry.ApiVersion] = comparison = TypedFields.Compare(type, before, after).Without(versions(entry.ApiVersion)!.ResetFields(subresource));
            }

            var conflict = entry.Fields.Intersect(comparison.Modified.Union(comparison.Added));
            if (!conflict.IsEmpty)
                conflicts.Add((key, conflict));
            left[key] = entry with { Fields = entry.Fields.Without(conflict).Without(comparison.Removed) };
        }

        if (!force && conflicts.Count > 0)
            throw new ApplyConflict(conflicts);
        foreach (var (key, entry) in left)
            managed[key] = entry;
        return own;
    }

    private ManagedFields Track(JsonObject live, JsonObject obj, ManagedFields managed, string manager)
    {
        managed = Reconciled(managed);
        var comparison = Change(Unmanaged(live), obj, managed, workflow: null, force: true);
        var changed = comparison.Modified.Union(comparison.Added).WithoutBelow(_resets).Without(Stripped);
        if (!changed.IsEmpty)
        {
            var key = FieldManagerKey.Of(manager, applies: false, resource.ApiVersion, subresource);
            managed[key] = new ManagedEntry(resource.ApiVersion, managed[key] is { } own ? changed.Union(own.Fields) : changed, clock.Timestamp());
        }

        managed.Cap();
        return managed;
    }

    private static void Strip(ManagedFields managed, FieldManagerKey key)
    {
        if (managed[key] is { } entry)
            managed[key] = entry with { Fields = entry.Fields.Without(Stripped) };
    }

    /// <summary>Through a subresource, nobody sets owners; otherwise those count that the request brings, if they can be read.</summary>
    private ManagedFields Given(JsonObject live, JsonObject metadata)
    {
        if (subresource is null)
        {
            if (ManagedFields.IsReset(metadata))
                return new ManagedFields();
            if (ManagedFields.TryRead(metadata) is { IsEmpty: false } given)
                return given;
        }

        return ManagedFields.Of(live["metadata"]);
    }

    /// <summary>Where a schema now has an atomic field, who owned something in it owns the whole.</summary>
    private ManagedFields Reconciled(ManagedFields managed)
    {
        var result = new ManagedFields();
        foreach (var key in managed.Keys)
        {
            if (managed[key] is { } entry && versions(entry.ApiVersion) is { } version)
                result[key] = entry with { Fields = Collapse(entry.Fields, new Typing(version.Rules.MergeSchema)) };
        }

        return result;
    }

    private static FieldSet Collapse(FieldSet set, Typing type) => FieldSet.FromJson(Collapse(set.ToJson(), type));

    private static JsonObject Collapse(JsonObject set, Typing type)
    {
        if (type.Schema is { } schema && (schema.MapType == "atomic" || (schema.Type == "array" && schema.ListType is not ("map" or "set"))))
            return [];
        var result = new JsonObject();
        foreach (var (element, below) in set)
            result[element] = element == "." ? new JsonObject() : Collapse((JsonObject)below!, type.Below(new PathElement(element)));
        return result;
    }

    /// <summary>What kubectl's annotation says was applied on its side and still stands.</summary>
    private FieldSet? AppliedByClient(JsonObject live)
    {
        if (live["metadata"].Object("annotations").Text(LastApplied) is not { Length: > 0 } text)
            return null;
        try
        {
            if (JsonNode.Parse(text) is not JsonObject applied || applied.Text("apiVersion") != resource.ApiVersion)
                return null;
            var comparison = TypedFields.Compare(Type, applied, Unmanaged(live));
            return TypedFields.Of(Type, applied).Without(comparison.Modified).Without(comparison.Added).Without(comparison.Removed);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or TypingException)
        {
            // Whatever a user wrote into the annotation: it allows nothing then.
            return null;
        }
    }

    private static string Configuration(JsonObject applied)
    {
        var configuration = applied.Clone();
        configuration["metadata"].Object("annotations")?.Remove(LastApplied);
        if (configuration["metadata"].Object("annotations") is { Count: 0 })
            configuration["metadata"]!.AsObject().Remove("annotations");
        return Sorted(configuration).ToText() + "\n";
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject obj => new JsonObject(obj.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private void CheckKind(JsonObject applied)
    {
        if (applied.Text("apiVersion") != resource.ApiVersion || applied.Text("kind") != resource.Kind)
            throw ApiErrors.BadRequest($"invalid object type: {KindOf(applied)}");
    }

    private static string Place(JsonObject applied) => $"{applied["metadata"].Text("namespace")}/{applied["metadata"].Text("name")}; {KindOf(applied)}";

    /// <summary>As Go writes a GroupVersionKind.</summary>
    private static string KindOf(JsonObject applied)
    {
        var version = applied.Text("apiVersion") ?? "";
        return $"{(version.Contains('/', StringComparison.Ordinal) ? version : "/" + version)}, Kind={applied.Text("kind")}";
    }

    private static JsonObject Unmanaged(JsonObject obj)
    {
        var copy = obj.Clone();
        copy["metadata"]?.AsObject().Remove("managedFields");
        return copy;
    }

    /// <summary>An object in another version, with the type of that; null when it is not served.</summary>
    private (Typing Type, JsonObject Object)? Converted(JsonObject obj, string version, string? from = null)
    {
        if (versions(version) is not { } other)
            return null;
        var source = from is null || from == resource.ApiVersion ? resource : versions(from)!;
        return (new Typing(other.Rules.MergeSchema), version == source.ApiVersion ? obj : other.Rules.FromStored(source.Rules.ToStored(obj.Clone())));
    }
}
