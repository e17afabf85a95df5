using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Apply;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>What a write comes with.</summary>
/// <param name="FieldManager">Who owns the fields it writes.</param>
/// <param name="FieldValidation">Ignore, Warn or Strict.</param>
/// <param name="DryRun">Whether to go through all of it and store nothing.</param>
/// <param name="Warn">Takes warnings for the client.</param>
/// <param name="Duplicates">The fields that occur twice in it.</param>
internal sealed record WriteOptions(
    string FieldManager, string FieldValidation = "Ignore", bool DryRun = false, Action<string>? Warn = null, IReadOnlyList<string>? Duplicates = null);

/// <summary>Creates and changes objects of any kind: what the generic registry of a real API server does.</summary>
internal sealed class ObjectService(ObjectStore store, FaultInjector faults, TimeProvider clock)
{
    private static readonly Schema ObjectMeta = GoSchemas.Of("meta/ObjectMeta");
    private static readonly Schema MetadataSchema = new() { Type = "object", Properties = { ["metadata"] = ObjectMeta } };

    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>How often a change is tried against an object that others change too.</summary>
    private const int UpdateAttempts = 100;

    public ObjectStore Store => store;

    /// <summary>Creates an object.</summary>
    /// <exception cref="ApiException">It is invalid, exists, or its namespace does not allow it.</exception>
    public StoredObject Create(ResourceInfo resource, string? ns, JsonObject obj, WriteOptions options, bool applied = false)
    {
        if (resource.IsLeaving)
            throw new ApiException(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating", []);
        WarnOfForeignVersion(resource, obj, options);
        CheckType(resource, obj);
        Decoding.Check(MetadataSchema, obj, resource.Kind, resource.Version);
        var metadata = obj.Ensure("metadata");
        CheckNamespace(resource, ns, metadata);
        if (resource.Namespaced)
            EnsureNamespaceTakes(resource, ns!, metadata.Text("name") ?? "");
        if (metadata.Text("name") is not { Length: > 0 })
        {
            if (metadata.Text("generateName") is not { Length: > 0 } prefix)
                throw ApiErrors.Invalid(resource, "", [FieldError.Required("metadata.name", "name or generateName is required")]);
            metadata["name"] = prefix + Suffix();
        }

        if (metadata.Text("resourceVersion") is { Length: > 0 } and not "0")
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        Decode(resource, obj, options);
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = clock.Timestamp();
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata.Remove("selfLink");
        if (resource.Rules.HasGeneration)
            metadata["generation"] = 1;
        else
            metadata.Remove("generation");
        resource.Rules.PrepareForCreate(obj);
        resource.Rules.Default(obj);
        obj = faults.Admit(resource, obj);
        resource.Rules.Default(obj);
        var errors = new List<FieldError>();
        MetadataRules.Validate(obj, null, resource.Plural == "namespaces", errors);
        resource.Rules.Validate(obj, null, errors);
        ThrowIfAny(resource, obj, errors);
        if (!applied)
            ManagedFields.TrackUpdate(resource, null, obj, options.FieldManager, null, clock.Timestamp());
        var stored = resource.Rules.ToStored(obj);
        if (options.DryRun)
        {
            return store.Find(resource.StoreName, metadata.Text("namespace") ?? "", obj["metadata"].Text("name")!) is null
                ? StoredObject.Unstored(stored)
                : throw ApiErrors.AlreadyExists(resource, obj["metadata"].Text("name")!);
        }

        return store.TryCreate(resource.StoreName, stored) ?? throw ApiErrors.AlreadyExists(resource, obj["metadata"].Text("name")!);
    }

    /// <summary>One object.</summary>
    /// <exception cref="ApiException">404.</exception>
    public StoredObject Get(ResourceInfo resource, string? ns, string name) =>
        store.Find(resource.StoreName, ns ?? "", name) ?? throw ApiErrors.NotFound(resource, name);

    /// <summary>
    /// Changes an object. The change is computed anew when someone else was faster; one that names the version it is for then fails.
    /// </summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="subresource">Null, <c>status</c> or <c>scale</c>.</param>
    /// <param name="change">From the current object (a copy) to the new one.</param>
    /// <param name="options">Of the write.</param>
    /// <param name="applied">Whether the change sets the owners of fields itself.</param>
    public StoredObject Update(
        ResourceInfo resource, string? ns, string name, string? subresource, Func<JsonObject, JsonObject> change, WriteOptions options, bool applied = false)
    {
        for (var attempt = 0; attempt < UpdateAttempts; attempt++)
        {
            var current = Get(resource, ns, name);
            var old = resource.Rules.FromStored(current.Parse());
            var obj = change(old.Clone());
            CheckPreconditions(resource, current, obj);
            obj = Prepare(resource, old, obj, subresource, options, applied);
            var stored = resource.Rules.ToStored(obj);
            if (options.DryRun)
                return StoredObject.Freeze(stored, current.Version);
            var metadata = obj["metadata"]!;
            if (metadata["deletionTimestamp"] is not null && metadata.List("finalizers") is not { Count: > 0 })
            {
                if (store.TryDelete(resource.StoreName, current, stored))
                    return StoredObject.Freeze(stored, current.Version);
            }
            else if (store.TryUpdate(resource.StoreName, current, stored) is { } updated)
            {
                return updated;
            }
        }

        throw ApiErrors.Modified(resource, name);
    }

    /// <summary>Checks that an object is what its URL says.</summary>
    public static void CheckType(ResourceInfo resource, JsonObject obj)
    {
        if (obj.Text("apiVersion") is { Length: > 0 } version && version != resource.ApiVersion)
        {
            throw ApiErrors.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        }

        if (obj.Text("kind") is { Length: > 0 } kind && kind != resource.Kind)
        {
            throw ApiErrors.Invalid(resource, obj["metadata"].Text("name") ?? "",
                [FieldError.InvalidText("kind", kind, $"must be {resource.Kind}")], kind);
        }

        obj["apiVersion"] = resource.ApiVersion;
        obj["kind"] = resource.Kind;
    }

    private JsonObject Prepare(
        ResourceInfo resource, JsonObject old, JsonObject obj, string? subresource, WriteOptions options, bool applied)
    {
        CheckType(resource, obj);
        Decoding.Check(MetadataSchema, obj, resource.Kind, resource.Version);
        Decode(resource, obj, options);
        var metadata = obj.Ensure("metadata");
        var oldMetadata = old["metadata"]!.AsObject();
        var managed = metadata["managedFields"]?.DeepClone();
        if (subresource == "status")
        {
            // Only the status may change; of the metadata, real servers take labels and annotations along and little else.
            var status = obj["status"]?.DeepClone();
            obj = old.Clone();
            obj["status"] = status;
            if (status is null)
                obj.Remove("status");
            metadata = obj["metadata"]!.AsObject();
        }
        else if (resource.HasStatus)
        {
            if (old["status"] is { } status)
                obj["status"] = status.DeepClone();
            else
                obj.Remove("status");
        }

        foreach (var field in new[] { "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "name", "namespace", "generation", "generateName" })
            CopyField(oldMetadata, metadata, field);
        if (applied)
            metadata["managedFields"] = managed;
        else
            CopyField(oldMetadata, metadata, "managedFields");
        resource.Rules.Default(obj);
        if (subresource != "status")
        {
            obj = faults.Admit(resource, obj);
            metadata = obj["metadata"]!.AsObject();
        }

        if (resource.Rules.HasGeneration && subresource != "status" && resource.Rules.ChangesGeneration(obj, old))
            metadata["generation"] = (oldMetadata.Number("generation") ?? 0) + 1;
        var errors = new List<FieldError>();
        if (subresource == "status")
        {
            resource.Rules.ValidateStatus(obj, old, errors);
        }
        else
        {
            MetadataRules.Validate(obj, old, resource.Plural == "namespaces", errors);
            resource.Rules.Validate(obj, old, errors);
        }

        ThrowIfAny(resource, obj, errors);
        if (!applied)
            ManagedFields.TrackUpdate(resource, old, obj, options.FieldManager, subresource, clock.Timestamp());
        return obj;
    }

    private static void CopyField(JsonObject from, JsonObject to, string field)
    {
        if (from[field] is { } value)
            to[field] = value.DeepClone();
        else
            to.Remove(field);
    }

    /// <summary>Checks uid and version if the new object names them.</summary>
    private static void CheckPreconditions(ResourceInfo resource, StoredObject current, JsonObject obj)
    {
        var metadata = obj["metadata"];
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Uid)
        {
            throw ApiErrors.Conflict(resource, current.Name,
                $"StorageError: invalid object, Code: 4, Key: /registry/{(resource.Group.Length == 0 ? "" : resource.Group + "/")}{resource.Plural}/{current.Key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        }

        if (metadata.Text("resourceVersion") is not { Length: > 0 } text || text == "0")
        {
            if (resource.Rules.AllowsUnconditionalUpdate)
                return;
            throw ApiErrors.Invalid(resource.IsCustom ? resource.Plural : resource.Kind, resource.Group, current.Name,
                [FieldError.Invalid("metadata.resourceVersion", resource.IsCustom ? "0" : "\"\"", "must be specified for an update")]);
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new ApiException(500, null, ApiErrors.ParseUint(text));
        if (version != current.Version)
            throw ApiErrors.Modified(resource, current.Name);
    }

    private static void Decode(ResourceInfo resource, JsonObject obj, WriteOptions options)
    {
        var unknown = new List<string>();
        Pruning.Prune(ObjectMeta, obj["metadata"], "metadata", unknown);
        if (resource.Rules.Schema is { } schema)
        {
            if (!resource.IsCustom)
                Decoding.Check(schema, obj, resource.Kind, resource.Version);
            Pruning.PruneObject(schema, obj, unknown);
        }

        var duplicates = options.Duplicates ?? [];
        if (unknown.Count + duplicates.Count == 0)
            return;
        List<string> lines = [.. duplicates.Select(path => $"duplicate field \"{path}\""), .. unknown.Select(path => $"unknown field \"{path}\"")];
        if (options.FieldValidation == "Strict")
        {
            throw ApiErrors.BadRequest(
                $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: strict decoding error: {string.Join(", ", lines)}");
        }

        if (options.FieldValidation == "Warn")
            lines.ForEach(line => options.Warn?.Invoke(line));
    }

    /// <summary>A custom object of a version that is not served has no schema, so that nothing in it is known.</summary>
    private static void WarnOfForeignVersion(ResourceInfo resource, JsonObject obj, WriteOptions options)
    {
        if (!resource.IsCustom || obj.Text("apiVersion") is not { Length: > 0 } version || version == resource.ApiVersion || options.FieldValidation != "Warn")
            return;
        foreach (var field in obj.Select(pair => pair.Key).Where(field => field is not ("apiVersion" or "kind" or "metadata")))
            options.Warn?.Invoke($"unknown field \"{field}\"");
    }

    private static void CheckNamespace(ResourceInfo resource, string? ns, JsonObject metadata)
    {
        if (!resource.Namespaced)
        {
            metadata.Remove("namespace");
            return;
        }

        if (ns is null)
            throw ApiErrors.BadRequest("an empty namespace may not be set during creation");
        if (metadata.Text("namespace") is { Length: > 0 } own && own != ns)
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        metadata["namespace"] = ns;
    }

    private void EnsureNamespaceTakes(ResourceInfo resource, string ns, string name)
    {
        var found = store.Find("namespaces", "", ns)
            ?? throw new ApiException(404, "NotFound", $"namespaces \"{ns}\" not found", new JsonObject { ["name"] = ns, ["kind"] = "namespaces" });
        if (found.IsDeleting)
            throw ApiErrors.NamespaceTerminating(resource, name, ns);
    }

    private static void ThrowIfAny(ResourceInfo resource, JsonObject obj, List<FieldError> errors)
    {
        if (errors.Count > 0)
            throw ApiErrors.Invalid(resource, obj["metadata"].Text("name") ?? "", errors);
    }

    private static string Suffix() => string.Create(5, 0, (span, _) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = NameLetters[Random.Shared.Next(NameLetters.Length)];
    });
}
