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
        WarnOfOrphans(request, deleteOptions);
        await objects.AdmitDeletionAsync(request.Resource, request.Namespace, request.Name!, deleteOptions, request.DryRun, request);
        var deletion = deletions.Delete(request.Resource, request.Namespace, request.Name!, deleteOptions, request.IsDryRunByBody);
        if (!deletion.IsGone || request.Resource.Rules.ReturnsDeleted)
        {
            // Who asked for dependents to go in the old way is told that it is not done yet.
            var isAccepted = !deletion.IsGone && deleteOptions["orphanDependents"] is not null && !deleteOptions.Flag("orphanDependents");
            await reply.SendAsync(request, isAccepted ? 202 : 200, deletion.Object);
            if (!deletion.IsGone && !request.IsDryRunByBody)
                crds.Deleting(request.Resource, deletion.Object);
            return;
        }

        var details = new JsonObject { ["name"] = request.Name };
        if (request.Resource.Group.Length > 0)
            details["group"] = request.Resource.Group;
        details["kind"] = request.Resource.Plural;
        details["uid"] = deletion.Object.Uid;
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
                await objects.AdmitDeletionAsync(request.Resource, obj.Namespace, obj.Name, deleteOptions, request.DryRun, request);
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

    private static void WarnOfOrphans(ApiRequest request, JsonObject deleteOptions)
    {
        if (request.Resource.Rules.OrphansByDefault && request.Resource.Kind == "Job" && deleteOptions["propagationPolicy"] is null && deleteOptions["orphanDependents"] is null)
        {
            request.Warn(
                "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning");
        }
    }

    /// <summary>The options of a deletion stand in its body, or else in the query.</summary>
    private static async Task<JsonObject> OptionsAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http);
        var options = body.Length > 0 ? FromBody(body, request) : FromQuery(request);
        request.DeleteOptions = options;
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
