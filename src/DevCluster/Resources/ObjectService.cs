using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission;
using OrleansOperator.DevCluster.Admission.Quotas;
using OrleansOperator.DevCluster.Apply;
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
/// <param name="Check">Refuses what the user may not store: the object as it is to be stored, and the one that it replaces.</param>
/// <param name="By">Who asks for it; null for what the cluster does on its own account, which neither policies nor webhooks judge.</param>
internal sealed record WriteOptions(
    string FieldManager, string FieldValidation = "Ignore", bool DryRun = false, Action<string>? Warn = null, IReadOnlyList<string>? Duplicates = null,
    Action<JsonObject, JsonObject?>? Check = null, IAdmissionRequester? By = null);

/// <summary>
/// Creates and changes objects of any kind: what the generic registry of a real API server does (apiserver, <c>registry/generic</c> and
/// <c>registry/rest</c>).
/// </summary>
internal sealed class ObjectService(ObjectStore store, ResourceRegistry registry, FaultInjector faults, AdmissionChain admission, ResourceQuotas quotas, TimeProvider clock)
{
    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>How often a change is tried against an object that others change too.</summary>
    private const int UpdateAttempts = 100;

    /// <summary>How many names are generated when they are taken.</summary>
    private const int NameAttempts = 8;

    /// <summary>What tells one owner of fields from another, and what it owns.</summary>
    private static readonly string[] OwnerFields = ["manager", "operation", "apiVersion", "subresource", "fieldsV1"];

    /// <summary>What a client cannot set when it creates an object.</summary>
    private static readonly string[] SystemFields = ["resourceVersion", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];

    private readonly DefaultAdmission _defaults = new(store);

    public ObjectStore Store => store;

    /// <summary>Creates an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="ns">Its namespace, or null.</param>
    /// <param name="obj">The object as it was sent; it is changed.</param>
    /// <param name="options">Of the write.</param>
    /// <exception cref="ApiException">It is invalid, exists, is not admitted, or its namespace does not allow it.</exception>
    public ValueTask<StoredObject> CreateAsync(ResourceInfo resource, string? ns, JsonObject obj, WriteOptions options) =>
        CreateDecodedAsync(resource, ns, Read(resource, ns, obj, options), options);

    /// <summary>Creates an object that is already in its form, with its defaults and its owners.</summary>
    public async ValueTask<StoredObject> CreateDecodedAsync(ResourceInfo resource, string? ns, JsonObject obj, WriteOptions options)
    {
        obj = Admit(resource, ns, obj);
        if (options.By is { } asks && admission.Mutates(resource))
        {
            var request = Attributes(AdmissionOperation.Create, resource, null, obj, null, options.DryRun, asks);
            await admission.MutateAsync(request, mutated => _defaults.Admit(resource, mutated, null));
            obj = request.Object!;
            ObjectDecoding.CheckNamespace(resource, ns, obj["metadata"]!.AsObject());
        }

        for (var attempt = 1; ; attempt++)
        {
            var named = obj;
            var isNamed = obj["metadata"].Text("name") is { Length: > 0 } || obj["metadata"].Text("generateName") is not { Length: > 0 };
            if (!isNamed)
                named = WithName(obj);
            Complete(resource, named);
            options.Check?.Invoke(named, null);
            if (options.By is { } by && admission.Validates(resource))
                await admission.ValidateAsync(Attributes(AdmissionOperation.Create, resource, null, named, null, options.DryRun, by));
            if (Put(resource, named, options) is { } stored)
                return stored;
            if (isNamed)
                throw Taken(resource, named);
            if (attempt == NameAttempts)
                throw ApiErrors.AlreadyExists(resource, named["metadata"].Text("name")!);
        }
    }

    /// <summary>Creates an object that the cluster has of its own accord.</summary>
    /// <exception cref="ApiException">It is invalid or exists.</exception>
    public StoredObject CreateOwn(ResourceInfo resource, string? ns, JsonObject obj)
    {
        var options = new WriteOptions("kube-apiserver");
        obj = Admit(resource, ns, Read(resource, ns, obj, options));
        Complete(resource, obj);
        return Put(resource, obj, options) ?? throw Taken(resource, obj);
    }

    /// <summary>Asks admission about a deletion.</summary>
    /// <exception cref="ApiException">404; 409 when a precondition does not hold; or it is not admitted.</exception>
    public async ValueTask AdmitDeletionAsync(ResourceInfo resource, string? ns, string name, JsonObject? options, bool dryRun, IAdmissionRequester by)
    {
        if (!admission.Mutates(resource) && !admission.Validates(resource))
            return;
        var current = Get(resource, ns, name);
        DeletionService.CheckPreconditions(resource, current, options.Object("preconditions"));
        var request = Attributes(AdmissionOperation.Delete, resource, null, null, resource.Rules.FromStored(current.Parse()), dryRun, by);
        await admission.MutateAsync(request, _ => { });
        await admission.ValidateAsync(request);
    }

    /// <summary>One object.</summary>
    /// <exception cref="ApiException">404.</exception>
    public StoredObject Get(ResourceInfo resource, string? ns, string name) =>
        store.Find(resource.StoreName, ns ?? "", name) ?? throw ApiErrors.NotFound(resource, name);

    /// <summary>
    /// Changes an object. The change is computed again when someone else was faster; one that names the version it is for then fails.
    /// </summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="subresource">The subresource it is written through, or null.</param>
    /// <param name="change">From the current object (a copy) to the new one, in its form, with its defaults and its owners.</param>
    /// <param name="options">Of the write.</param>
    public async ValueTask<StoredObject> UpdateAsync(
        ResourceInfo resource, string? ns, string name, string? subresource, Func<JsonObject, JsonObject> change, WriteOptions options)
    {
        for (var attempt = 0; attempt < UpdateAttempts; attempt++)
        {
            var current = Get(resource, ns, name);
            var old = resource.Rules.FromStored(current.Parse());
            var obj = change(old.Clone());
            if (subresource is null)
                _defaults.Admit(resource, obj, old);
            if (subresource != "status")
                obj = faults.Admit(resource, obj);
            if (options.By is { } asks && subresource != "binding" && admission.Mutates(resource))
                obj = await MutateAsync(resource, subresource, obj, old, options.DryRun, asks);
            CheckVersion(resource, current, obj);
            obj = Prepare(resource, old, obj, subresource);
            options.Check?.Invoke(obj, old);
            if (options.By is { } by && subresource != "binding" && admission.Validates(resource))
                await admission.ValidateAsync(Attributes(AdmissionOperation.Update, resource, subresource, obj, old, options.DryRun, by));
            var stored = resource.Rules.ToStored(obj);
            if (options.DryRun)
                return quotas.Charged(resource, obj, old, dryRun: true, () => StoredObject.Freeze(stored, current.Version))!;
            if (IsFinished(resource, old, obj))
            {
                if (store.TryDelete(resource.StoreName, current))
                    return StoredObject.Freeze(stored, current.Version);
            }
            else if (quotas.Charged(resource, obj, old, dryRun: false, () => store.TryUpdate(resource.StoreName, current, stored)) is { } updated)
            {
                return updated;
            }
        }

        throw ApiErrors.Modified(resource, name);
    }

    /// <summary>Replaces an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="subresource">The subresource it is written through, or null.</param>
    /// <param name="obj">The new object, in its form and with its defaults.</param>
    /// <param name="options">Of the write.</param>
    public ValueTask<StoredObject> ReplaceAsync(ResourceInfo resource, string? ns, string name, string? subresource, JsonObject obj, WriteOptions options)
    {
        var owners = OwnersOf(resource, subresource);
        return UpdateAsync(resource, ns, name, subresource, current =>
        {
            CheckUid(resource, current, obj);
            var changed = obj.Clone();
            owners.Update(current, changed, options.FieldManager);
            return changed;
        }, options);
    }

    /// <summary>Keeps track of the owners of a resource's fields.</summary>
    public FieldManager OwnersOf(ResourceInfo resource, string? subresource) => new(resource, subresource, VersionOf(resource), clock);

    /// <summary>The versions that a resource is served in.</summary>
    public Func<string, ResourceInfo?> VersionOf(ResourceInfo resource) => version =>
        version == resource.ApiVersion ? resource : registry.All.FirstOrDefault(other => other.ApiVersion == version && other.StoreName == resource.StoreName && other.Kind == resource.Kind);

    /// <summary>A new object as it was sent, in its form, with its defaults and its owners.</summary>
    private JsonObject Read(ResourceInfo resource, string? ns, JsonObject obj, WriteOptions options)
    {
        if (resource.IsLeaving)
            throw new ApiException(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating", []);
        ObjectDecoding.WarnOfForeignVersion(resource, obj, options);
        ObjectDecoding.CheckType(resource, obj);
        obj = ObjectDecoding.Decoded(resource, obj, options);
        ObjectDecoding.CheckNamespace(resource, ns, obj["metadata"]!.AsObject());
        OwnersOf(resource, null).Update(resource.Rules.Empty(resource), obj, options.FieldManager);
        return obj;
    }

    /// <summary>A new object after the admission plugins that every server has, without what only the server may set.</summary>
    private JsonObject Admit(ResourceInfo resource, string? ns, JsonObject obj)
    {
        _defaults.Admit(resource, obj, null);
        obj = faults.Admit(resource, obj);
        var metadata = obj.Ensure("metadata");
        ObjectDecoding.CheckNamespace(resource, ns, metadata);
        if (resource.Namespaced)
            EnsureNamespaceTakes(resource, ns!, metadata.Text("name") ?? "");
        if (metadata.Text("resourceVersion") is { Length: > 0 } and not "0")
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        foreach (var field in SystemFields)
            metadata.Remove(field);
        return obj;
    }

    private static JsonObject WithName(JsonObject obj)
    {
        var named = obj.Clone();
        var prefix = obj["metadata"].Text("generateName")!;
        named["metadata"]!["name"] = (prefix.Length > 58 ? prefix[..58] : prefix) + Suffix();
        return named;
    }

    /// <summary>Completes and validates a new object.</summary>
    private void Complete(ResourceInfo resource, JsonObject obj)
    {
        var metadata = obj["metadata"]!.AsObject();
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = clock.Timestamp();
        if (resource.Rules.HasGeneration)
            metadata["generation"] = 1;
        else
            metadata.Remove("generation");
        resource.Rules.PrepareForCreate(obj);
        var errors = new List<FieldError>();
        MetadataRules.Validate(obj, resource, errors);
        resource.Rules.Validate(obj, null, errors);
        ThrowIfAny(resource, obj, errors);
        resource.Rules.Canonicalize(obj);
    }

    /// <summary>Stores a new object; returns null when its name is taken.</summary>
    private StoredObject? Put(ResourceInfo resource, JsonObject obj, WriteOptions options)
    {
        var stored = resource.Rules.ToStored(obj);
        var metadata = obj["metadata"];
        return quotas.Charged(resource, obj, null, options.DryRun, () =>
            !options.DryRun ? store.TryCreate(resource.StoreName, stored)
            : store.Find(resource.StoreName, metadata.Text("namespace") ?? "", metadata.Text("name")!) is null ? StoredObject.Unstored(stored)
            : null);
    }

    /// <summary>A changed object as policies and webhooks make it. Of its scale, they change a Scale.</summary>
    private async ValueTask<JsonObject> MutateAsync(ResourceInfo resource, string? subresource, JsonObject obj, JsonObject old, bool dryRun, IAdmissionRequester by)
    {
        var request = Attributes(AdmissionOperation.Update, resource, subresource, obj, old, dryRun, by);
        await admission.MutateAsync(request, mutated => _defaults.Admit(resource, mutated, old));
        if (subresource != "scale")
            return request.Object!;
        ScaleView.Write(resource, request.Object!, obj);
        return obj;
    }

    /// <summary>A write as admission sees it. Of the scale subresource that is a Scale.</summary>
    private static AdmissionAttributes Attributes(
        AdmissionOperation operation, ResourceInfo resource, string? subresource, JsonObject? obj, JsonObject? old, bool dryRun, IAdmissionRequester by)
    {
        var metadata = (obj ?? old)!["metadata"];
        var name = metadata.Text("name") ?? "";
        var isScale = subresource == "scale";
        return new AdmissionAttributes
        {
            By = by,
            Operation = operation,
            Resource = resource,
            Subresource = subresource,
            Kind = isScale ? ScaleView.Kind : resource,
            Namespace = resource.StoreName == "namespaces" ? name : metadata.Text("namespace") ?? "",
            Name = name,
            DryRun = dryRun,
            Object = obj is not null && isScale ? ScaleView.Of(resource, obj) : obj,
            OldObject = old is not null && isScale ? ScaleView.Of(resource, old) : old,
        };
    }

    /// <summary>What the server makes of a changed object before it is stored.</summary>
    private static JsonObject Prepare(ResourceInfo resource, JsonObject old, JsonObject obj, string? subresource)
    {
        var (metadata, before) = (obj["metadata"]!.AsObject(), old["metadata"]!.AsObject());
        CopyField(before, metadata, "generation");
        if (subresource == "status")
        {
            resource.Rules.PrepareForStatus(resource, obj, old);
        }
        else if (subresource is null or "scale")
        {
            if (resource.HasStatus)
                CopyField(old, obj, "status");
            resource.Rules.PrepareForUpdate(obj, old);
        }

        if (subresource is not ("status" or "binding") && resource.Rules.HasGeneration && resource.Rules.ChangesGeneration(obj, old))
            metadata["generation"] = (before.Number("generation") ?? 0) + 1;

        if (metadata.Text("uid") is not { Length: > 0 })
            CopyField(before, metadata, "uid");
        CopyField(before, metadata, "creationTimestamp");
        CopyField(before, metadata, "resourceVersion");
        if (before["deletionTimestamp"] is not null)
            CopyField(before, metadata, "deletionTimestamp");
        if (metadata["deletionGracePeriodSeconds"] is null)
            CopyField(before, metadata, "deletionGracePeriodSeconds");
        var errors = new List<FieldError>();
        MetadataRules.ValidateUpdate(obj, old, resource, errors);
        if (subresource == "status")
            resource.Rules.ValidateStatus(obj, old, errors);
        else if (subresource is null or "scale")
            resource.Rules.Validate(obj, old, errors);
        ThrowIfAny(resource, obj, errors);
        resource.Rules.Canonicalize(obj);
        KeepOwnersTimes(old, obj);
        return obj;
    }

    /// <summary>A write that changes nothing but the times of owners changes nothing.</summary>
    private static void KeepOwnersTimes(JsonObject old, JsonObject obj)
    {
        var (before, after) = (old["metadata"].List("managedFields"), obj["metadata"].List("managedFields"));
        if (before is null || after is null || before.Count != after.Count || !before.Zip(after).All(pair => IsSameOwner(pair.First, pair.Second)))
            return;
        if (obj.Count != old.Count || obj.Any(pair => pair.Key != "metadata" && !JsonNode.DeepEquals(pair.Value, old[pair.Key])))
            return;
        var (metadata, was) = (obj["metadata"]!.AsObject(), old["metadata"]!.AsObject());
        if (metadata.Count == was.Count && metadata.All(pair => pair.Key == "managedFields" || JsonNode.DeepEquals(pair.Value, was[pair.Key])))
            metadata["managedFields"] = before.DeepClone();
    }

    private static bool IsSameOwner(JsonNode? entry, JsonNode? other) =>
        OwnerFields.All(field => JsonNode.DeepEquals(entry!.AsObject()[field], other!.AsObject()[field]));

    /// <summary>Whether an update ends an object: it was being deleted, and the last of its finalizers is gone.</summary>
    private static bool IsFinished(ResourceInfo resource, JsonObject old, JsonObject obj) =>
        !(resource.StoreName == "namespaces" && obj["spec"].List("finalizers") is { Count: > 0 })
        && obj["metadata"].List("finalizers") is not { Count: > 0 }
        && old["metadata"]!["deletionTimestamp"] is not null
        && (old["metadata"].Number("deletionGracePeriodSeconds") ?? 0) == 0;

    private static void CopyField(JsonObject from, JsonObject to, string field)
    {
        if (from[field] is { } value)
            to[field] = value.DeepClone();
        else
            to.Remove(field);
    }

    /// <summary>Checks the version if the new object names it.</summary>
    private static void CheckVersion(ResourceInfo resource, StoredObject current, JsonObject obj)
    {
        var metadata = obj["metadata"];
        if (metadata.Text("resourceVersion") is not { Length: > 0 } text || text == "0")
        {
            if (resource.Rules.AllowsUnconditionalUpdate)
                return;
            var isFoundByStore = resource.IsCustom || resource.Rules is CrdRules;
            throw ApiErrors.Invalid(isFoundByStore ? resource.Plural : resource.Kind, resource.Group, current.Name,
                [FieldError.Invalid("metadata.resourceVersion", isFoundByStore ? "0" : "\"\"", "must be specified for an update")]);
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw new ApiException(500, null, ApiErrors.ParseUint(text));
        if (version != current.Version)
            throw ApiErrors.Modified(resource, current.Name);
    }

    /// <summary>Checks the uid if a replacement names it.</summary>
    private static void CheckUid(ResourceInfo resource, JsonObject current, JsonObject obj)
    {
        var (metadata, stored) = (obj["metadata"], current["metadata"]);
        if (metadata.Text("uid") is not { Length: > 0 } uid || uid == stored.Text("uid"))
            return;
        var name = stored.Text("name")!;
        var key = StoredObject.KeyOf(stored.Text("namespace") ?? "", name);
        throw ApiErrors.Conflict(resource, name,
            $"StorageError: invalid object, Code: 4, Key: /registry/{(resource.Group.Length == 0 ? "" : resource.Group + "/")}{resource.Plural}/{key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {stored.Text("uid")}");
    }

    private void EnsureNamespaceTakes(ResourceInfo resource, string ns, string name)
    {
        var found = store.Find("namespaces", "", ns)
            ?? throw new ApiException(404, "NotFound", $"namespaces \"{ns}\" not found", new JsonObject { ["name"] = ns, ["kind"] = "namespaces" });
        if (found.IsDeleting)
            throw ApiErrors.NamespaceTerminating(resource, name, ns);
    }

    private ApiException Taken(ResourceInfo resource, JsonObject obj)
    {
        var name = obj["metadata"].Text("name")!;
        var taken = ApiErrors.AlreadyExists(resource, name);
        return store.Find(resource.StoreName, obj["metadata"].Text("namespace") ?? "", name) is { IsDeleting: true }
            ? new ApiException(taken.Code, "AlreadyExists", "object is being deleted: " + taken.Message, taken.Details)
            : taken;
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
