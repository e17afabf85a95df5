using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Apply;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Patches;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Storage;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers what is about one object, and deletions of many.</summary>
internal sealed class WriteHandler(
    ObjectService objects, DeletionService deletions, CrdLifecycle crds, FaultInjector faults, DevClusterOptions options)
{
    private static readonly string[] PatchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
    private static readonly string[] BuiltInPatchTypes =
        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];

    public Task HandleAsync(ApiRequest request)
    {
        var resource = request.Resource;
        if (resource.CreateOnly)
            return request.Verb == "create" ? ReviewAsync(request) : throw ApiErrors.MethodNotAllowed();
        if (request.Subresource is { } sub && !(sub == "status" && resource.HasStatus) && !(sub == "scale" && resource.Scale is not null))
            throw request.Name is null || !resource.IsCustom ? new ApiException(404, "NotFound", "the server could not find the requested resource", []) : ApiErrors.NotFound(resource, request.Name);
        return (request.Verb, request.Subresource) switch
        {
            ("get", "scale") => ReplyAsync(request, 200, ScaleView.Of(resource, Get(request))),
            ("get", _) => ReplyAsync(request, 200, objects.Get(resource, request.Namespace, request.Name!)),
            ("create", _) => CreateAsync(request),
            ("update", "scale") => ScaleAsync(request),
            ("update", _) => UpdateAsync(request),
            ("patch", "scale") => ScaleAsync(request),
            ("patch", _) => PatchAsync(request),
            ("delete", null) => DeleteAsync(request),
            ("deletecollection", _) when !resource.Namespaced || request.Namespace is not null => DeleteCollectionAsync(request),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private JsonObject Get(ApiRequest request) =>
        request.Resource.Rules.FromStored(objects.Get(request.Resource, request.Namespace, request.Name!).Parse());

    private async Task CreateAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http);
        var obj = BodyReader.ParseObject(body, BodyReader.MediaType(request.Http), request.Resource.Kind, request.Duplicates);
        var options = Options(request);
        request.CreatedName = obj["metadata"].Text("name");
        if (request.Name is { } name)
        {
            // Custom resources take a POST on a name that is free, and say so when it is not.
            _ = objects.Get(request.Resource, request.Namespace, name);
            throw ApiErrors.AlreadyExists(request.Resource, name);
        }

        var created = objects.Create(request.Resource, request.Namespace, obj, options);
        request.CreatedName = created.Name;
        if (!options.DryRun)
            created = crds.Written(request.Resource, created);
        await ReplyAsync(request, 201, created);
    }

    private async Task UpdateAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http);
        var obj = BodyReader.ParseObject(body, BodyReader.MediaType(request.Http), request.Resource.Kind, request.Duplicates);
        if (request.Name is null)
            throw ApiErrors.BadRequest("name must be provided");
        if (obj["metadata"].Text("name") is var name && name != request.Name)
        {
            throw ApiErrors.BadRequest(string.IsNullOrEmpty(name)
                ? "name must be provided"
                : $"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        }

        if (request.Resource.Namespaced && obj["metadata"].Text("namespace") is { Length: > 0 } ns && ns != request.Namespace)
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        ObjectService.CheckType(request.Resource, obj);
        await ChangeAsync(request, _ => obj.Clone());
    }

    private async Task PatchAsync(ApiRequest request)
    {
        var resource = request.Resource;
        var type = BodyReader.MediaType(request.Http);
        if (!AcceptedPatches(resource).Contains(type))
            throw ApiErrors.UnsupportedMediaType(string.Join(", ", AcceptedPatches(resource)));
        if (request.Name is null)
            throw ApiErrors.BadRequest("name must be provided");
        var body = await BodyReader.ReadAsync(request.Http);
        if (type == "application/apply-patch+yaml")
        {
            await ApplyAsync(request, body);
            return;
        }

        var patch = BodyReader.ParsePatch(body, request.Duplicates);
        await ChangeAsync(request, current => Patched(current, patch, type));
    }

    private static string[] AcceptedPatches(ResourceInfo resource) => resource.IsCustom ? PatchTypes : BuiltInPatchTypes;

    private static JsonObject Patched(JsonObject current, JsonNode? patch, string type)
    {
        var name = current["metadata"].Text("name");
        try
        {
            var result = type switch
            {
                "application/json-patch+json" => JsonPatch.Apply(current,
                    patch as JsonArray ?? throw ApiErrors.BadRequest("error decoding patch: a JSON patch is a list")),
                "application/strategic-merge-patch+json" => StrategicMergePatch.Apply(current,
                    patch as JsonObject ?? throw ApiErrors.BadRequest("error decoding patch: a merge patch is an object")),
                _ => MergePatch.Apply(current, patch as JsonObject ?? throw ApiErrors.BadRequest("error decoding patch: a merge patch is an object")),
            };
            var obj = result as JsonObject ?? throw new PatchException("the result is no object");
            if (obj["metadata"].Text("name") is { } changed && changed != name)
                throw ApiErrors.BadRequest($"the name of the object ({changed}) does not match the name on the URL ({name})");
            return obj;
        }
        catch (Exception e) when (e is PatchException or InvalidOperationException)
        {
            // The real server says no more than this, whatever was wrong with the patch.
            throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request", []);
        }
    }

    private async Task ApplyAsync(ApiRequest request, byte[] body)
    {
        var resource = request.Resource;
        if (request.Query("fieldManager") is not { Length: > 0 } manager)
        {
            throw ApiErrors.Invalid("PatchOptions", "meta.k8s.io", "",
                [FieldError.Required("fieldManager", "is required for apply patch")]);
        }

        var applied = BodyReader.ParseObject(body, "application/yaml", resource.Kind);
        ObjectService.CheckType(resource, applied);
        var metadata = applied.Ensure("metadata");
        if (metadata["managedFields"] is not null)
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        if (metadata.Text("name") is { } name && name != request.Name)
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        metadata["name"] = request.Name;
        var now = options.TimeProvider.Timestamp();
        var exists = objects.Store.Find(resource.StoreName, request.Namespace ?? "", request.Name!) is not null;
        if (!exists && request.Subresource is null)
        {
            var created = objects.Create(resource, request.Namespace, ServerSideApply.Create(resource, applied, manager, now), Options(request), applied: true);
            await ReplyAsync(request, 201, request.DryRun ? created : crds.Written(resource, created));
            return;
        }

        await ChangeAsync(request, live => ServerSideApply.Merge(resource, live, applied, manager, request.Flag("force"), request.Subresource, now), applied: true);
    }

    private Task ChangeAsync(ApiRequest request, Func<JsonObject, JsonObject> change, bool applied = false)
    {
        var changed = objects.Update(request.Resource, request.Namespace, request.Name!, request.Subresource, change, Options(request), applied);
        return ReplyAsync(request, 200, request.DryRun ? changed : crds.Written(request.Resource, changed));
    }

    private async Task ScaleAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http);
        var resource = request.Resource;
        var patch = request.Verb == "patch" ? BodyReader.ParsePatch(body) : BodyReader.ParseObject(body, BodyReader.MediaType(request.Http), "Scale");
        var type = request.Verb == "patch" ? BodyReader.MediaType(request.Http) : "";
        if (type.Length > 0 && !AcceptedPatches(resource).Contains(type))
            throw ApiErrors.UnsupportedMediaType(string.Join(", ", AcceptedPatches(resource)));
        var changed = objects.Update(resource, request.Namespace, request.Name!, "scale", current =>
        {
            var view = ScaleView.Of(resource, current);
            var scale = type.Length > 0 ? Patched(view, patch, type) : (JsonObject)patch!.DeepClone();
            ScaleView.Write(resource, scale, current);
            return current;
        }, Options(request));
        await ReplyAsync(request, 200, ScaleView.Of(resource, resource.Rules.FromStored(changed.Parse())));
    }

    private async Task DeleteAsync(ApiRequest request)
    {
        var deleteOptions = await DeleteOptionsAsync(request);
        var (held, uid) = deletions.Delete(request.Resource, request.Namespace, request.Name!, deleteOptions, request.DryRun);
        if (held is not null)
        {
            await ReplyAsync(request, 200, held);
            if (!request.DryRun)
                crds.Deleting(request.Resource, held);
            return;
        }

        var details = new JsonObject { ["name"] = request.Name };
        if (request.Resource.Group.Length > 0)
            details["group"] = request.Resource.Group;
        details["kind"] = request.Resource.Plural;
        details["uid"] = uid;
        await ReplyAsync(request, 200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    private async Task DeleteCollectionAsync(ApiRequest request)
    {
        var filter = ObjectFilter.Of(request, options);
        var deleteOptions = await DeleteOptionsAsync(request);
        var (all, version) = objects.Store.List(request.Resource.StoreName);
        var items = new JsonArray();
        foreach (var obj in all.Where(filter.Matches))
        {
            try
            {
                deletions.Delete(request.Resource, obj.Namespace, obj.Name, deleteOptions, request.DryRun);
                items.Add(obj.Parse());
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Someone else deleted it first, which is what was wanted.
            }
        }

        await ReplyAsync(request, 200, new JsonObject
        {
            ["kind"] = request.Resource.ListKind,
            ["apiVersion"] = request.Resource.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            ["items"] = items,
        });
    }

    private static async Task<JsonObject?> DeleteOptionsAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http);
        var options = body.Length == 0 ? [] : BodyReader.ParseObject(body, BodyReader.MediaType(request.Http), "DeleteOptions");
        if (request.Query("propagationPolicy") is { } policy)
            options["propagationPolicy"] = policy;
        request.IsDryRunByBody = options.List("dryRun") is { Count: > 0 };
        return options;
    }

    /// <summary>Access reviews: whoever may ask is an administrator, who may do everything but what a fault forbids.</summary>
    private async Task ReviewAsync(ApiRequest request)
    {
        var review = BodyReader.ParseObject(await BodyReader.ReadAsync(request.Http), BodyReader.MediaType(request.Http), request.Resource.Kind);
        var asked = (review["spec"] as JsonObject)?["resourceAttributes"] as JsonObject;
        var what = asked?.Text("subresource") is { Length: > 0 } sub ? $"{asked.Text("resource")}/{sub}" : asked?.Text("resource");
        var forbidden = asked is not null && faults.Forbids(asked.Text("verb") ?? "", what ?? "", request.Http.Request.Headers.UserAgent.ToString());
        review["status"] = new JsonObject { ["allowed"] = !forbidden };
        await ResponseWriter.JsonAsync(request.Http, 201, review);
    }

    private static WriteOptions Options(ApiRequest request) =>
        new(request.FieldManager, request.FieldValidation, request.DryRun, request.Warn, request.Duplicates);

    private Task ReplyAsync(ApiRequest request, int code, StoredObject stored) =>
        request.Resource.Rules.Converts || AcceptHeader.FormOf(request.Http) != ObjectForm.Whole
            ? ReplyAsync(request, code, request.Resource.Rules.FromStored(stored.Parse()))
            : ResponseWriter.BytesAsync(request.Http, code, stored.Json);

    private Task ReplyAsync(ApiRequest request, int code, JsonObject obj)
    {
        var shown = obj.Text("kind") == "Status" ? obj : AcceptHeader.FormOf(request.Http) switch
        {
            ObjectForm.Table => TableWriter.Table(request.Resource, [obj],
                new JsonObject { ["resourceVersion"] = obj["metadata"]?["resourceVersion"]?.DeepClone() },
                options.TimeProvider.GetUtcNow(), request.Query("includeObject")),
            ObjectForm.Metadata => TableWriter.Partial(obj),
            _ => obj,
        };
        return ResponseWriter.JsonAsync(request.Http, code, shown);
    }
}
