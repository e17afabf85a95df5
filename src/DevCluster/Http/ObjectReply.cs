using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Storage;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers with one object, in the form that the client asked for.</summary>
internal sealed class ObjectReply(TimeProvider clock)
{
    public TimeProvider Clock => clock;

    public Task SendAsync(ApiRequest request, int code, StoredObject stored) =>
        request.Resource.Rules.Converts || AcceptHeader.FormOf(request.Http) != ObjectForm.Whole
            ? SendAsync(request, code, request.Resource.Rules.FromStored(stored.Parse()))
            : ResponseWriter.BytesAsync(request.Http, code, stored.Json);

    public Task SendAsync(ApiRequest request, int code, JsonObject obj)
    {
        var shown = obj.Text("kind") == "Status" ? obj : AcceptHeader.FormOf(request.Http) switch
        {
            ObjectForm.Table => TableWriter.Table(request.Resource, [obj],
                new JsonObject { ["resourceVersion"] = obj["metadata"]?["resourceVersion"]?.DeepClone() },
                clock.GetUtcNow(), request.Query("includeObject")),
            ObjectForm.Metadata => TableWriter.Partial(obj),
            _ => obj,
        };
        return ResponseWriter.JsonAsync(request.Http, code, shown);
    }
}
