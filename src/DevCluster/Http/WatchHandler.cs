using System.Globalization;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Answers WATCH: a frame per change, bookmarks, and an end after timeoutSeconds.</summary>
internal sealed class WatchHandler(ObjectStore store, FaultInjector faults, DevClusterOptions options)
{
    /// <summary>Real servers choose at random between 30 and 60 minutes.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    public async Task WatchAsync(ApiRequest request)
    {
        var resource = request.Resource;
        RequestOptions.CheckWatch(request);
        var from = StartOf(request);
        var filter = ObjectFilter.Of(request, options);
        var view = new WatchView(resource, AcceptHeader.FormOf(request.Http), request.Query("includeObject"), options.TimeProvider);
        var timeout = request.Number("timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : DefaultTimeout;

        IReadOnlyList<WatchEvent> initial;
        long reached;
        Watcher watcher;
        try
        {
            (initial, reached, watcher) = store.Watch(resource.StoreName, from);
        }
        catch (ApiException gone) when (gone.Code == 410)
        {
            // A watch that cannot start says so in its stream, with HTTP 200.
            Begin(request.Http);
            await request.Http.Response.BodyWriter.WriteAsync(WatchView.Error(gone), request.Aborted);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        try
        {
            Begin(request.Http);
            end.CancelAfter(timeout);
            await new WatchStream(request.Http, view, filter, watcher, store, faults, options).RunAsync(
                initial, Math.Max(reached, from ?? 0), request.Flag("allowWatchBookmarks"), request.Flag("sendInitialEvents"), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !request.Aborted.IsCancellationRequested)
        {
            // timeoutSeconds are over: the answer ends as it should.
        }
        finally
        {
            store.Unwatch(resource.StoreName, watcher);
        }
    }

    /// <summary>The version to start after; null to begin with what is there.</summary>
    private long? StartOf(ApiRequest request)
    {
        var text = request.Query("resourceVersion");
        var sends = request.Query("sendInitialEvents");
        var version = 0L;
        if (!string.IsNullOrEmpty(text) && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version))
            throw new ApiException(500, null, $"resourceVersion: Invalid value: \"{text}\": {ApiErrors.ParseUint(text)}");
        if (sends is null)
            return version == 0 ? null : version;
        if (version > store.Version)
            throw ApiErrors.TooLargeVersion(version, store.Version);
        return request.Flag("sendInitialEvents") ? null : version == 0 ? store.Version : version;
    }

    private static void Begin(HttpContext http)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json";
    }
}
