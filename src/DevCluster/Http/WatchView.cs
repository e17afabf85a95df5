using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Http;

/// <summary>The frames of one watch, in the form that its client asked for.</summary>
internal sealed class WatchView(ResourceInfo resource, ObjectForm form, string? include, TimeProvider clock)
{
    private bool _headerSent;

    /// <summary>Whole objects go to the wire as they are stored.</summary>
    /// <returns>How many bytes.</returns>
    public int Write(PipeWriter writer, WatchEventType type, StoredObject stored)
    {
        var json = form == ObjectForm.Whole && !resource.Rules.Converts ? stored.Json : Shown(resource.Rules.FromStored(stored.Parse())).ToUtf8();
        Write(writer, type switch
        {
            WatchEventType.Added => "{\"type\":\"ADDED\",\"object\":"u8,
            WatchEventType.Modified => "{\"type\":\"MODIFIED\",\"object\":"u8,
            _ => "{\"type\":\"DELETED\",\"object\":"u8,
        });
        Write(writer, json);
        Write(writer, "}\n"u8);
        return json.Length;
    }

    public static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    public byte[] Bookmark(long version, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (initialEventsEnd)
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        var obj = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion, ["metadata"] = metadata };
        return Frame("BOOKMARK", obj);
    }

    public static byte[] Error(ApiException error) => Frame("ERROR", error.ToStatus());

    private JsonObject Shown(JsonObject obj)
    {
        if (form == ObjectForm.Whole)
            return obj;
        if (form == ObjectForm.Metadata)
            return TableWriter.Partial(obj);
        var metadata = new JsonObject { ["resourceVersion"] = obj["metadata"]?["resourceVersion"]?.DeepClone() };
        var table = TableWriter.Table(resource, [obj], metadata, clock.GetUtcNow(), include, header: !_headerSent);
        _headerSent = true;
        return table;
    }

    private static byte[] Frame(string type, JsonObject obj) =>
        [.. new JsonObject { ["type"] = type, ["object"] = obj }.ToUtf8(), (byte)'\n'];
}
