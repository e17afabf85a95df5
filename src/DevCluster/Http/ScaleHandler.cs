using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Apply;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers on the scale subresource: an autoscaling/v1 Scale over fields of the object.</summary>
internal sealed class ScaleHandler(ObjectService objects)
{
    public Task GetAsync(ApiRequest request) => ResponseWriter.JsonAsync(request.Http, 200, ScaleView.Of(
        request.Resource, request.Resource.Rules.FromStored(objects.Get(request.Resource, request.Namespace, request.Name!).Parse())));

    public async Task ChangeAsync(ApiRequest request)
    {
        var resource = request.Resource;
        var options = request.WriteOptions();
        var change = request.Verb == "patch" ? await PatchAsync(request, options) : await ReplacementAsync(request, options);
        var changed = await objects.UpdateAsync(resource, request.Namespace, request.Name!, "scale", current =>
        {
            var owners = new ScaleOwners(ManagedFields.Of(current["metadata"]), objects.VersionOf(resource));
            var view = ScaleView.Of(resource, current);
            owners.ToScale().Write(view["metadata"]!.AsObject());
            var scale = change(view);
            ScaleView.Validate(resource, scale, current["metadata"].Text("name")!);
            ScaleView.Write(resource, scale, current);
            owners.ToParent(ManagedFields.Of(scale["metadata"]), resource.ApiVersion).Write(current["metadata"]!.AsObject());
            return current;
        }, options);
        await ResponseWriter.JsonAsync(request.Http, 200, ScaleView.Of(resource, resource.Rules.FromStored(changed.Parse())));
    }

    private async Task<Func<JsonObject, JsonObject>> ReplacementAsync(ApiRequest request, WriteOptions options)
    {
        RequestOptions.CheckUpdate(request);
        var sent = BodyReader.ParseObject(await BodyReader.ReadAsync(request.Http), BodyReader.MediaType(request.Http), "Scale", request.Duplicates);
        ObjectDecoding.CheckType(ScaleView.Kind, sent);
        var scale = ObjectDecoding.Decoded(ScaleView.Kind, sent, options);
        return view =>
        {
            var changed = scale.Clone();
            Owners(request).Update(view, changed, options.FieldManager);
            return changed;
        };
    }

    private async Task<Func<JsonObject, JsonObject>> PatchAsync(ApiRequest request, WriteOptions options)
    {
        var type = PatchHandler.TypeOf(request);
        var body = await BodyReader.ReadAsync(request.Http);
        RequestOptions.CheckPatch(request, type == PatchHandler.Apply);
        if (type == PatchHandler.Apply)
        {
            var applied = PatchHandler.ReadApplied(body, options, request.Duplicates);
            return view => ObjectDecoding.Decoded(ScaleView.Kind, Owners(request).Apply(view, applied, options.FieldManager, request.Flag("force")), []);
        }

        var patch = PatchHandler.Read(body, type, request.Duplicates);
        return view =>
        {
            var scale = PatchHandler.Patched(ScaleView.Kind, view.Clone(), patch, type, options);
            Owners(request).Update(view, scale, options.FieldManager);
            return scale;
        };
    }

    private FieldManager Owners(ApiRequest request) => objects.OwnersOf(ScaleView.Kind, request.Subresource);
}
