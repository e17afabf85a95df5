using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers PUT and PATCH, on objects and on their status.</summary>
internal sealed class ChangeHandler(ObjectService objects, CrdLifecycle crds, ObjectReply reply)
{
    public async Task UpdateAsync(ApiRequest request)
    {
        var resource = request.Resource;
        RequestOptions.CheckUpdate(request);
        var options = request.WriteOptions();
        var body = await BodyReader.ReadAsync(request.Http);
        var sent = BodyReader.ParseObject(body, BodyReader.MediaType(request.Http), resource.Kind, request.Duplicates);
        if (request.Name is null)
            throw ApiErrors.BadRequest("name must be provided");
        ObjectDecoding.CheckType(resource, sent);
        var obj = ObjectDecoding.Decoded(resource, sent, options);
        CheckPlace(request, obj);
        if (resource.Rules.AllowsCreateOnUpdate && request.Subresource is null && objects.Store.Find(resource.StoreName, request.Namespace ?? "", request.Name) is null)
        {
            await CreateAsync(request, obj, options);
            return;
        }

        var changed = await objects.ReplaceAsync(resource, request.Namespace, request.Name, request.Subresource, obj, options);
        await reply.SendAsync(request, 200, options.DryRun ? changed : crds.Written(resource, changed));
    }

    public async Task PatchAsync(ApiRequest request)
    {
        var type = PatchHandler.TypeOf(request);
        if (request.Name is null)
            throw ApiErrors.BadRequest("name must be provided");
        var body = await BodyReader.ReadAsync(request.Http);
        RequestOptions.CheckPatch(request, type == PatchHandler.Apply);
        if (type == PatchHandler.Apply)
        {
            await ApplyAsync(request, body);
            return;
        }

        var patch = PatchHandler.Read(body, type, request.Duplicates);
        var options = request.WriteOptions();
        var owners = objects.OwnersOf(request.Resource, request.Subresource);
        await ChangeAsync(request, current =>
        {
            var obj = PatchHandler.Patched(request.Resource, current.Clone(), patch, type, options);
            owners.Update(current, obj, options.FieldManager);
            CheckPlace(request, obj);
            return obj;
        });
    }

    private async Task ApplyAsync(ApiRequest request, byte[] body)
    {
        var (resource, options) = (request.Resource, request.WriteOptions());
        var applied = PatchHandler.ReadApplied(body, options, request.Duplicates);
        var owners = objects.OwnersOf(resource, request.Subresource);
        var force = request.Flag("force");
        var exists = objects.Store.Find(resource.StoreName, request.Namespace ?? "", request.Name!) is not null;
        if (!exists && request.Subresource is null)
        {
            var obj = ObjectDecoding.Decoded(resource, owners.Apply(resource.Rules.Empty(resource), applied, options.FieldManager, force), [], isApplied: true);
            if (obj["metadata"].Text("uid") is { Length: > 0 } uid)
                throw ApiErrors.Conflict(resource, request.Name!, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
            CheckPlace(request, obj);
            request.CreatedName = request.Name;
            var created = await objects.CreateDecodedAsync(resource, request.Namespace, obj, options);
            await reply.SendAsync(request, 201, options.DryRun ? created : crds.Written(resource, created));
            return;
        }

        await ChangeAsync(request, current =>
        {
            var obj = ObjectDecoding.Decoded(resource, owners.Apply(current, applied, options.FieldManager, force), [], isApplied: true);
            CheckPlace(request, obj);
            return obj;
        });
    }

    /// <summary>An update of what is not there creates it, for some kinds.</summary>
    private async Task CreateAsync(ApiRequest request, JsonObject obj, WriteOptions options)
    {
        objects.OwnersOf(request.Resource, null).Update(request.Resource.Rules.Empty(request.Resource), obj, options.FieldManager);
        request.CreatedName = request.Name;
        await reply.SendAsync(request, 201, await objects.CreateDecodedAsync(request.Resource, request.Namespace, obj, options));
    }

    private async Task ChangeAsync(ApiRequest request, Func<JsonObject, JsonObject> change)
    {
        var changed = await objects.UpdateAsync(request.Resource, request.Namespace, request.Name!, request.Subresource, change, request.WriteOptions());
        await reply.SendAsync(request, 200, request.DryRun ? changed : crds.Written(request.Resource, changed));
    }

    /// <summary>Checks that an object stands where its URL says.</summary>
    private static void CheckPlace(ApiRequest request, JsonObject obj)
    {
        var metadata = obj["metadata"]!.AsObject();
        ObjectDecoding.CheckNamespace(request.Resource, request.Namespace, metadata);
        var name = metadata.Text("name");
        if (string.IsNullOrEmpty(name))
            throw ApiErrors.BadRequest($"the name of the object ({request.Name} based on URL) was undeterminable: name must be provided");
        if (name != request.Name)
            throw ApiErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Name})");
    }
}
