using System.Globalization;
using System.IO.Pipelines;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Schemas;
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
        var from = StartOf(request);
        var initialEvents = request.Flag("sendInitialEvents");
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
            Write(request.Http.Response.BodyWriter, WatchView.Error(gone));
            await request.Http.Response.BodyWriter.FlushAsync(request.Aborted);
            return;
        }

        try
        {
            Begin(request.Http);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
            end.CancelAfter(timeout);
            await RunAsync(request, filter, view, watcher, initial, reached, initialEvents, end.Token);
        }
        finally
        {
            store.Unwatch(resource.StoreName, watcher);
        }
    }

    private async Task RunAsync(
        ApiRequest request, ObjectFilter filter, WatchView view, Watcher watcher,
        IReadOnlyList<WatchEvent> initial, long reached, bool initialEvents, CancellationToken end)
    {
        var writer = request.Http.Response.BodyWriter;
        var bookmarks = request.Flag("allowWatchBookmarks");
        foreach (var change in initial)
            WriteChange(writer, view, filter, change);
        if (initialEvents && bookmarks)
            Write(writer, view.Bookmark(reached, initialEventsEnd: true));
        await writer.FlushAsync(end);

        using var bookmarkTimer = bookmarks ? new PeriodicTimer(options.BookmarkPeriod, options.TimeProvider) : null;
        var bookmark = bookmarkTimer?.WaitForNextTickAsync(end).AsTask();
        var more = watcher.Events.WaitToReadAsync(end).AsTask();
        try
        {
            while (true)
            {
                await (bookmark is null ? Task.WhenAny(more, watcher.Cut) : Task.WhenAny(more, watcher.Cut, bookmark));
                await faults.WhileStalled(request.Resource.Plural).WaitAsync(end);
                if (watcher.Cut.IsCompleted)
                {
                    if (watcher.InMidFrame)
                        await CutAsync(request.Http, writer);
                    return;
                }

                if (more.IsCompleted)
                {
                    if (!await more)
                        return;
                    while (watcher.Events.TryRead(out var change))
                    {
                        WriteChange(writer, view, filter, change);
                        reached = change.Version;
                    }

                    more = watcher.Events.WaitToReadAsync(end).AsTask();
                }
                else if (bookmark is { IsCompletedSuccessfully: true })
                {
                    // Everything up to now has been sent: the bookmark may name the newest version.
                    var now = store.Version;
                    if (!watcher.Events.TryPeek(out _))
                        Write(writer, view.Bookmark(reached = Math.Max(reached, now), initialEventsEnd: false));
                    bookmark = bookmarkTimer!.WaitForNextTickAsync(end).AsTask();
                }

                await writer.FlushAsync(end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !request.Aborted.IsCancellationRequested)
        {
            // timeoutSeconds are over: the answer ends as it should.
        }
    }

    /// <summary>The version to start after; null to begin with what is there.</summary>
    private static long? StartOf(ApiRequest request)
    {
        var (match, text) = (request.Query("resourceVersionMatch"), request.Query("resourceVersion"));
        var sends = request.Query("sendInitialEvents");
        if (sends is not null && match != "NotOlderThan")
        {
            throw ApiErrors.Invalid("ListOptions", "meta.k8s.io", "",
                [FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]);
        }

        if (sends is null && !string.IsNullOrEmpty(match))
        {
            throw ApiErrors.Invalid("ListOptions", "meta.k8s.io", "",
                [FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]);
        }

        if (string.IsNullOrEmpty(text) || text == "0" || request.Flag("sendInitialEvents"))
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new ApiException(500, null, $"resourceVersion: Invalid value: \"{text}\": {ApiErrors.ParseUint(text)}");
    }

    /// <summary>With selectors, going in and out of the selection are an addition and a deletion.</summary>
    private static void WriteChange(PipeWriter writer, WatchView view, ObjectFilter filter, WatchEvent change)
    {
        var now = change.Type != WatchEventType.Deleted && filter.Matches(change.Object);
        var before = change.Previous is { } previous && filter.Matches(previous);
        WatchEventType? type = (before, now) switch
        {
            (false, true) => WatchEventType.Added,
            (true, true) => WatchEventType.Modified,
            (true, false) => WatchEventType.Deleted,
            _ => null,
        };
        if (type is { } send)
            view.Write(writer, send, change.Object);
    }

    private static async Task CutAsync(HttpContext http, PipeWriter writer)
    {
        Write(writer, "{\"type\":\"MODIFIED\",\"object\":{\"apiVer"u8);
        await writer.FlushAsync();
        http.Abort();
    }

    private static void Begin(HttpContext http)
    {
        http.Response.StatusCode = 200;
        http.Response.ContentType = "application/json";
    }

    internal static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }
}
