using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers DELETE, on one object and on many.</summary>
internal sealed class DeleteHandler(ObjectService objects, DeletionService deletions, CrdLifecycle crds, ObjectReply reply, DevClusterOptions options)
{
    public async Task DeleteAsync(ApiRequest request)
    {
        var deleteOptions = await OptionsAsync(request);
        var (held, uid) = deletions.Delete(request.Resource, request.Namespace, request.Name!, deleteOptions, request.IsDryRunByBody);
        if (held is not null)
        {
            await reply.SendAsync(request, 200, held);
            if (!request.IsDryRunByBody)
                crds.Deleting(request.Resource, held);
            return;
        }

        var details = new JsonObject { ["name"] = request.Name };
        if (request.Resource.Group.Length > 0)
            details["group"] = request.Resource.Group;
        details["kind"] = request.Resource.Plural;
        details["uid"] = uid;
        await reply.SendAsync(request, 200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    public async Task DeleteCollectionAsync(ApiRequest request)
    {
        RequestOptions.CheckList(request);
        var filter = ObjectFilter.Of(request, options);
        var deleteOptions = await OptionsAsync(request);
        var (all, version) = objects.Store.List(request.Resource.StoreName);
        var items = new JsonArray();
        foreach (var obj in all.Where(filter.Matches))
        {
            try
            {
                deletions.Delete(request.Resource, obj.Namespace, obj.Name, deleteOptions, request.IsDryRunByBody);
                items.Add(request.Resource.Rules.FromStored(obj.Parse()));
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Someone else deleted it first, which is what was wanted.
            }
        }

        await reply.SendAsync(request, 200, new JsonObject
        {
            ["kind"] = request.Resource.ListKind,
            ["apiVersion"] = request.Resource.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) },
            ["items"] = items,
        });
    }

    /// <summary>The options of a deletion stand in its body, or else in the query.</summary>
    private static async Task<JsonObject> OptionsAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http);
        var options = body.Length > 0 ? FromBody(body, request) : FromQuery(request);
        request.IsDryRunByBody = options.List("dryRun") is { Count: > 0 };
        RequestOptions.CheckDelete(
            options.Text("propagationPolicy"), options["orphanDependents"] is not null, [.. (options.List("dryRun") ?? []).Select(value => value?.ToString() ?? "")]);
        return options;
    }

    private static JsonObject FromBody(byte[] body, ApiRequest request)
    {
        var options = BodyReader.ParseObject(body, BodyReader.MediaType(request.Http), "DeleteOptions");
        if (options.Text("kind") is { Length: > 0 } and not "DeleteOptions")
            throw ApiErrors.BadRequest("decoded object cannot be converted to DeleteOptions");
        try
        {
            return GoDecoder.Decode(GoTypes.Of("meta/DeleteOptions"), options, []);
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest(e.Message);
        }
    }

    private static JsonObject FromQuery(ApiRequest request)
    {
        var options = new JsonObject();
        if (request.Query("propagationPolicy") is { } policy)
            options["propagationPolicy"] = policy;
        if (request.Query("orphanDependents") is { } orphan)
            options["orphanDependents"] = orphan is "true" or "1";
        if (request.Number("gracePeriodSeconds") is { } seconds)
            options["gracePeriodSeconds"] = seconds;
        if (request.Http.Request.Query["dryRun"] is { Count: > 0 } dryRun)
            options["dryRun"] = new JsonArray([.. dryRun.Select(value => JsonValue.Create(value))]);
        return options;
    }
}
