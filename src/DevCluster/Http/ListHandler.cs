using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers LIST: stored bytes go to the wire as they are.</summary>
internal sealed class ListHandler(ObjectStore store, DevClusterOptions options)
{
    public async Task ListAsync(ApiRequest request)
    {
        var resource = request.Resource;
        RequestOptions.CheckList(request);
        var filter = ObjectFilter.Of(request, options);
        var limit = request.Number("limit") ?? 0;
        var (objects, version, after) = Read(request, resource);
        var page = new List<StoredObject>();
        var remaining = 0;
        foreach (var obj in objects)
        {
            if ((after is not null && string.CompareOrdinal(obj.Key, after) <= 0) || !filter.Matches(obj))
                continue;
            if (limit > 0 && page.Count >= limit)
                remaining++;
            else
                page.Add(obj);
        }

        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (remaining > 0)
            metadata["continue"] = ContinueToken.Write(version, page[^1].Key);
        else if (resource.IsCustom)
            metadata["continue"] = "";
        if (remaining > 0 && filter.IsTrivial)
            metadata["remainingItemCount"] = remaining;
        switch (AcceptHeader.FormOf(request.Http))
        {
            case ObjectForm.Table:
                await ResponseWriter.JsonAsync(request.Http, 200, TableWriter.Table(
                    resource, page.Select(o => resource.Rules.FromStored(o.Parse())), metadata, options.TimeProvider.GetUtcNow(), request.Query("includeObject")));
                break;
            case ObjectForm.Metadata:
                await ResponseWriter.JsonAsync(request.Http, 200, new JsonObject
                {
                    ["kind"] = "PartialObjectMetadataList",
                    ["apiVersion"] = "meta.k8s.io/v1",
                    ["metadata"] = metadata,
                    ["items"] = new JsonArray([.. page.Select(o => TableWriter.Partial(o.Parse()))]),
                });
                break;
            default:
                await WriteWholeAsync(request.Http, resource, metadata, page);
                break;
        }
    }

    private (IReadOnlyList<StoredObject> Objects, long Version, string? After) Read(ApiRequest request, ResourceInfo resource)
    {
        var match = request.Query("resourceVersionMatch");
        var text = request.Query("resourceVersion");
        if (request.Query("continue") is { Length: > 0 } token)
        {
            if (text is not (null or "" or "0"))
                throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
            var (at, after) = ContinueToken.Read(token);
            var (rest, version) = at == ContinueToken.Newest ? store.List(resource.StoreName)
                : store.TryListAt(resource.StoreName, at) ?? throw ApiErrors.ContinueExpired(ContinueToken.Write(ContinueToken.Newest, after));
            return (rest, version, after);
        }

        if (string.IsNullOrEmpty(text))
            return Now();
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked))
            throw ApiErrors.BadRequest($"invalid resource version: resourceVersion: Invalid value: \"{text}\": {ApiErrors.ParseUint(text)}");
        if (asked > store.Version)
            throw ApiErrors.TooLargeVersion(asked, store.Version);

        // A page of a version without a match is of exactly that version.
        if (match == "Exact" || (string.IsNullOrEmpty(match) && asked > 0 && request.Number("limit") > 0))
        {
            var (objects, version) = store.TryListAt(resource.StoreName, asked)
                ?? throw ApiErrors.Expired("The resourceVersion for the provided list is too old.");
            return (objects, version, null);
        }

        return Now();

        (IReadOnlyList<StoredObject>, long, string?) Now()
        {
            var (objects, version) = store.List(resource.StoreName);
            return (objects, version, null);
        }
    }

    private static async Task WriteWholeAsync(HttpContext http, ResourceInfo resource, JsonObject metadata, List<StoredObject> page)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = AcceptHeader.TypeOf(http);
        var writer = http.Response.BodyWriter;
        Write(writer, Encoding.UTF8.GetBytes($"{{\"kind\":\"{resource.ListKind}\",\"apiVersion\":\"{resource.ApiVersion}\",\"metadata\":{metadata.ToText()},\"items\":["));
        var unflushed = 0;
        for (var i = 0; i < page.Count; i++)
        {
            if (i > 0)
                Write(writer, ","u8);
            var json = ItemJson(resource, page[i]);
            Write(writer, json);
            unflushed += json.Length;
            if (unflushed > 256 * 1024)
            {
                unflushed = 0;
                await writer.FlushAsync(http.RequestAborted);
            }
        }

        Write(writer, "]}"u8);
        await writer.FlushAsync(http.RequestAborted);
    }

    /// <summary>Items of built-in lists do not carry kind and apiVersion; the Go types of custom ones cannot leave them out.</summary>
    private static byte[] ItemJson(ResourceInfo resource, StoredObject stored)
    {
        if (resource.IsCustom && !resource.Rules.Converts)
            return stored.Json;
        var obj = resource.Rules.FromStored(stored.Parse());
        if (resource.IsCustom)
            return obj.ToUtf8();
        obj.Remove("kind");
        obj.Remove("apiVersion");
        return obj.ToUtf8();
    }

    private static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        var span = writer.GetSpan(bytes.Length);
        bytes.CopyTo(span);
        writer.Advance(bytes.Length);
    }
}
