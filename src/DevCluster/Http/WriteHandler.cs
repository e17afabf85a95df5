using System.Globalization;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers what is about one object, and deletions of many.</summary>
internal sealed class WriteHandler(
    ObjectService objects, ChangeHandler changes, ScaleHandler scales, SubresourceHandler subresources, DeleteHandler deletions, CrdLifecycle crds, ObjectReply reply, AccessReviewHandler accessReviews, IdentityReviewHandler identityReviews)
{
    public Task HandleAsync(ApiRequest request)
    {
        var resource = request.Resource;
        if (resource.CreateOnly)
            return request.Verb == "create" ? ReviewAsync(request) : throw ApiErrors.MethodNotAllowed();
        if (request.Name is not null && resource.Subresources.Any(other => other.Name == request.Subresource))
            return subresources.HandleAsync(request);
        if (request.Subresource is { } sub && !(sub == "status" && resource.HasStatus) && !(sub == "scale" && resource.Scale is not null))
            throw request.Name is null || !resource.IsCustom ? new ApiException(404, "NotFound", "the server could not find the requested resource", []) : ApiErrors.NotFound(resource, request.Name);
        return (request.Verb, request.Subresource) switch
        {
            ("get", "scale") => scales.GetAsync(request),
            ("get", _) => GetAsync(request),
            ("create", null) => CreateAsync(request),
            ("update" or "patch", "scale") => scales.ChangeAsync(request),
            ("update", _) => changes.UpdateAsync(request),
            ("patch", _) => changes.PatchAsync(request),
            ("delete", null) => deletions.DeleteAsync(request),
            ("deletecollection", _) when !resource.Namespaced || request.Namespace is not null => deletions.DeleteCollectionAsync(request),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private Task GetAsync(ApiRequest request)
    {
        if (request.Query("resourceVersion") is { Length: > 0 } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                throw new ApiException(500, null, $"resourceVersion: Invalid value: \"{text}\": {ApiErrors.ParseUint(text)}");
            if (version > objects.Store.Version)
                throw ApiErrors.TooLargeVersion(version, objects.Store.Version);
        }

        return reply.SendAsync(request, 200, objects.Get(request.Resource, request.Namespace, request.Name!));
    }

    private async Task CreateAsync(ApiRequest request)
    {
        RequestOptions.CheckCreate(request);
        var body = await BodyReader.ReadAsync(request.Http);
        var obj = BodyReader.ParseObject(body, BodyReader.MediaType(request.Http), request.Resource.Kind, request.Duplicates);
        var options = request.WriteOptions();
        request.CreatedName = obj["metadata"].Text("name");
        if (request.Name is { } name)
        {
            // Custom resources take a POST on a name that is free, and say so when it is not.
            _ = objects.Get(request.Resource, request.Namespace, name);
            throw ApiErrors.AlreadyExists(request.Resource, name);
        }

        var created = await objects.CreateAsync(request.Resource, request.Namespace, obj, options);
        request.CreatedName = created.Name;
        if (!options.DryRun)
            created = crds.Written(request.Resource, created);
        await reply.SendAsync(request, 201, created);
    }

    /// <summary>Answers a review, which is created and not stored.</summary>
    private async Task ReviewAsync(ApiRequest request)
    {
        RequestOptions.CheckCreate(request);
        var sent = BodyReader.ParseObject(await BodyReader.ReadAsync(request.Http), BodyReader.MediaType(request.Http), request.Resource.Kind, request.Duplicates);
        ObjectDecoding.CheckType(request.Resource, sent);
        var review = ObjectDecoding.Decoded(request.Resource, sent, request.WriteOptions());
        ObjectDecoding.CheckNamespace(request.Resource, request.Namespace, review["metadata"]!.AsObject());
        if (request.Resource.Group == IdentityReviewHandler.Group)
            identityReviews.Review(request, review);
        else
            accessReviews.Review(request, review);
        await ResponseWriter.JsonAsync(request.Http, 201, review);
    }
}
