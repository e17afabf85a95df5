using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>What holds for the metadata of every object (apimachinery, <c>ValidateObjectMeta</c> and <c>ValidateObjectMetaUpdate</c>).</summary>
internal static class MetadataRules
{
    private const int MaxAnnotationBytes = 256 * 1024;
    private const int MaxSubresource = 256;

    private static readonly string[] StandardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

    private static readonly string[] Immutable = ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>Adds what is wrong with the metadata of a new object.</summary>
    public static void Validate(JsonObject obj, ResourceInfo resource, List<FieldError> errors)
    {
        var metadata = obj["metadata"]!.AsObject();
        Whole(metadata, resource.Rules.ValidateName, errors);
        QualifiedFinalizers(metadata, resource, errors);
    }

    /// <summary>Adds what is wrong with the metadata of a changed object. As on a real server, the same may be found more than once.</summary>
    public static void ValidateUpdate(JsonObject obj, JsonObject old, ResourceInfo resource, List<FieldError> errors)
    {
        var (metadata, before) = (obj["metadata"]!.AsObject(), old["metadata"]!.AsObject());
        Whole(metadata, Names.PathSegment, errors);
        Changed(metadata, before, errors);
        Changed(metadata, before, errors);
        QualifiedFinalizers(metadata, resource, errors);
    }

    /// <summary>Adds what is wrong with the metadata of an object within another, which needs no name.</summary>
    public static void ValidateEmbedded(JsonObject metadata, List<FieldError> errors)
    {
        var named = metadata.Clone();
        if (named.Text("name") is not { Length: > 0 })
            named["name"] = "unnamed";
        Whole(named, Names.PathSegment, errors);
    }

    public static void ValidateLabels(JsonObject? labels, string field, List<FieldError> errors)
    {
        foreach (var (key, value) in labels ?? [])
        {
            ValidateLabelKey(key, field, errors);
            ValidateLabelValue(value is JsonValue v && v.TryGetValue<string>(out var s) ? s : "", field, errors);
        }
    }

    public static void ValidateLabelKey(string key, string field, List<FieldError> errors) =>
        errors.AddRange(Names.QualifiedName(key).Select(wrong => FieldError.InvalidText(field, key, wrong)));

    public static void ValidateLabelValue(string value, string field, List<FieldError> errors) =>
        errors.AddRange(Names.LabelValue(value).Select(wrong => FieldError.InvalidText(field, value, wrong)));

    public static void ValidateAnnotations(JsonObject? annotations, string field, List<FieldError> errors)
    {
        long size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            errors.AddRange(Names.QualifiedName(key.ToLowerInvariant()).Select(wrong => FieldError.InvalidText(field, key, wrong)));
            size += Encoding.UTF8.GetByteCount(key) + (value is JsonValue v && v.TryGetValue<string>(out var text) ? Encoding.UTF8.GetByteCount(text) : 0);
        }

        if (size > MaxAnnotationBytes)
            errors.Add(FieldError.TooLong(field, MaxAnnotationBytes));
    }

    private static void Whole(JsonObject metadata, Func<string, bool, IEnumerable<string>> name, List<FieldError> errors)
    {
        if (metadata.Text("generateName") is { Length: > 0 } prefix)
            errors.AddRange(name(prefix, true).Select(wrong => FieldError.InvalidText("metadata.generateName", prefix, wrong)));
        if (metadata.Text("name") is { Length: > 0 } own)
            errors.AddRange(name(own, false).Select(wrong => FieldError.InvalidText("metadata.name", own, wrong)));
        else
            errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
        Content(metadata, errors);
        foreach (var finalizer in Texts(metadata.List("finalizers")))
            errors.AddRange(Names.QualifiedName(finalizer).Select(wrong => FieldError.InvalidText("metadata.finalizers", finalizer, wrong)));
        var finalizers = Texts(metadata.List("finalizers"));
        if (finalizers.Contains("orphan") && finalizers.Contains("foregroundDeletion"))
            errors.Add(FieldError.Invalid("metadata.finalizers", metadata["finalizers"].ToText(), "finalizer foregroundDeletion and orphan cannot be both set"));
        ManagedFields(metadata.List("managedFields"), errors);
    }

    private static void Changed(JsonObject metadata, JsonObject old, List<FieldError> errors)
    {
        if (old["deletionTimestamp"] is not null)
        {
            var late = Texts(metadata.List("finalizers")).Except(Texts(old.List("finalizers"))).Order(StringComparer.Ordinal).ToList();
            if (late.Count > 0)
            {
                errors.Add(FieldError.Forbidden("metadata.finalizers",
                    $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", late.Select(GoText.Quote))}}}"));
            }
        }

        foreach (var field in Immutable)
        {
            if (!JsonNode.DeepEquals(metadata[field], old[field]))
                errors.Add(FieldError.Invalid($"metadata.{field}", metadata[field] is { } value ? value.ToText() : field == "deletionGracePeriodSeconds" ? "null" : "\"\"", "field is immutable"));
        }

        Content(metadata, errors);
        ManagedFields(metadata.List("managedFields"), errors);
    }

    private static void Content(JsonObject metadata, List<FieldError> errors)
    {
        ValidateLabels(metadata.Object("labels"), "metadata.labels", errors);
        ValidateAnnotations(metadata.Object("annotations"), "metadata.annotations", errors);
        Owners(metadata.List("ownerReferences"), errors);
    }

    private static void Owners(JsonArray? owners, List<FieldError> errors)
    {
        string? controller = null;
        foreach (var owner in owners ?? [])
        {
            if (string.IsNullOrEmpty(owner.Text("apiVersion")))
                errors.Add(FieldError.InvalidText("metadata.ownerReferences.apiVersion", "", "version must not be empty"));
            foreach (var field in new[] { "kind", "name", "uid" })
            {
                if (string.IsNullOrEmpty(owner.Text(field)))
                    errors.Add(FieldError.InvalidText($"metadata.ownerReferences.{field}", "", "must not be empty"));
            }

            if (owner.Text("apiVersion") == "v1" && owner.Text("kind") == "Event")
                errors.Add(FieldError.Invalid("metadata.ownerReferences", owner.ToText(), "/v1, Kind=Event is disallowed from being an owner"));
            if (!owner.Flag("controller"))
                continue;
            var name = $"{owner.Text("kind")}/{owner.Text("name")}";
            if (controller is not null)
                errors.Add(FieldError.Invalid("metadata.ownerReferences", owners.ToText(), $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {name}"));
            else
                controller = name;
        }
    }

    /// <summary>Built-in kinds, but for CRDs, have finalizers with a domain, or those of Kubernetes itself.</summary>
    private static void QualifiedFinalizers(JsonObject metadata, ResourceInfo resource, List<FieldError> errors)
    {
        if (resource.IsCustom || resource.Group == "apiextensions.k8s.io")
            return;
        var finalizers = Texts(metadata.List("finalizers"));
        for (var i = 0; i < finalizers.Count; i++)
        {
            if (!finalizers[i].Contains('/', StringComparison.Ordinal) && !StandardFinalizers.Contains(finalizers[i]))
                errors.Add(FieldError.InvalidText($"metadata.finalizers[{i}]", finalizers[i], "name is neither a standard finalizer name nor is it fully qualified"));
        }
    }

    private static void ManagedFields(JsonArray? entries, List<FieldError> errors)
    {
        for (var i = 0; i < (entries?.Count ?? 0); i++)
        {
            var (entry, at) = (entries![i], $"metadata.managedFields[{i}]");
            if (entry.Text("operation") is not ("Apply" or "Update"))
                errors.Add(FieldError.InvalidText($"{at}.operation", entry.Text("operation") ?? "", "must be `Apply` or `Update`"));
            if (entry.Text("fieldsType") is { Length: > 0 } type and not "FieldsV1")
                errors.Add(FieldError.InvalidText($"{at}.fieldsType", type, "must be `FieldsV1`"));
            RequestOptions.CheckManager(entry.Text("manager") ?? "", $"{at}.manager", errors);
            if (entry.Text("subresource") is { Length: > MaxSubresource })
                errors.Add(FieldError.TooLong($"{at}.subresource", MaxSubresource));
        }
    }

    private static List<string> Texts(JsonArray? list) =>
        [.. (list ?? []).Select(item => item is JsonValue v && v.TryGetValue<string>(out var text) ? text : "")];
}
