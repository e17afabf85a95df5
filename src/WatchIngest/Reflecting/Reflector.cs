using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi;
using OrleansOperator.Observability;
using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>
/// Keeps a sink equal to what the API server has, as client-go's <c>Reflector</c> does: a list, streamed by the watch itself where
/// the server can (WatchList, KEP-3157) and in pages elsewhere; then WATCH from there for as long as possible, resumed from the
/// last version; and a list again when the server has forgotten that version.
/// </summary>
internal sealed partial class Reflector(
    Feed feed, IFeedSink sink, IKubeApi api, FeedState state, WatchIngestOptions options, WatchIngestMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>The least time that the server is asked to keep a watch; doubled at random, so that watches do not end together.</summary>
    private const int WatchSeconds = 300;

    /// <summary>
    /// Bookmarks come about once a minute: a stream that has been silent for longer than two and a half is dead, even if its
    /// connection looks alive.
    /// </summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(150);

    /// <summary>
    /// Just after a CRD was made, its storage answers 429 for some milliseconds: too soon for the second that Retry-After asks
    /// for then. The wait doubles, in case it lasts.
    /// </summary>
    private static readonly TimeSpan InitializingWait = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestInitializingWait = TimeSpan.FromSeconds(5);

    /// <summary>A watch that ends sooner than this without having brought anything is a failure, not a renewal.</summary>
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);

    private static readonly StreamPipeReaderOptions Buffers = new(bufferSize: 32 * 1024, minimumReadSize: 8 * 1024);

    private readonly ReflectorBackoff _backoff = new(clock, Random.Shared);
    private long _heard = clock.GetTimestamp();
    private long? _version;
    private bool _watching;

    /// <summary>Whether lists are asked for as streams. Not any more once the server has refused one.</summary>
    private bool _streamsLists = options.StreamLists;

    /// <summary>
    /// Whether the server has forgotten the version and sent nothing since. Once is usual, and a list follows at once; again at
    /// once is a failure.
    /// </summary>
    private bool _forgotten;

    private int _initializing;

    /// <summary>How long ago the API server was last heard: a list, a change or a bookmark.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // After a fault in here, what has been read so far may be half of something.
        _version = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_version is null && !_streamsLists)
                    await ListAsync(cancellationToken);
                await WatchAsync(cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // Whatever breaks while the feed is stopped is no failure.
                return;
            }
            catch (KubeApiException e) when (_version is null && _streamsLists && e.Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
            {
                Log.ListsInPages(logger, feed.Id, e.Message);
                _streamsLists = false;
            }
            catch (KubeApiException e) when (e.IsGone && !_forgotten)
            {
                Log.Relist(logger, feed.Id, e.Message);
                Ended(WatchEnd.Expired);
                _version = null;
                _forgotten = true;
            }
            catch (KubeApiException e) when (e.Code == HttpStatusCode.TooManyRequests && e.Message.Contains("initializing", StringComparison.Ordinal))
            {
                Ended(WatchEnd.Error);
                var wait = InitializingWait * Math.Pow(2, Math.Min(_initializing++, 10));
                await WaitAsync(wait < LongestInitializingWait ? wait : LongestInitializingWait, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // The watchdog: the stream was silent for too long. It is resumed where it stopped; a list that was being
                // streamed may have come from a server that does not know how to end one.
                Log.Silent(logger, feed.Id, SilenceLimit.TotalSeconds);
                Ended(WatchEnd.Silent);
                _streamsLists &= _version is not null;
            }
            catch (Exception e)
            {
                // Of whatever kind: a feed that ended here would be missed by nobody.
                Ended(WatchEnd.Error);
                await FailedAsync(e, cancellationToken);
            }
        }
    }

    private void Heard() => Volatile.Write(ref _heard, clock.GetTimestamp());

    /// <summary>Counts the end of a watch, once.</summary>
    private void Ended(WatchEnd cause)
    {
        if (_watching)
            metrics.WatchEnded(feed, cause);
        _watching = false;
    }

    private async Task FailedAsync(Exception e, CancellationToken cancellationToken)
    {
        // What cannot be read may be half of something, and what is gone does not come back: start over with a list.
        if (e is not (IOException or HttpRequestException or KubeApiException { IsGone: false }))
            _version = null;
        state.Fail(e is KubeApiException api ? AccessDiagnosis.Describe(api) ?? api.Message : e.Message, e is KubeApiException { IsDeniedByAuthorizer: true });
        var wait = _backoff.Next(unanswered: e is KubeApiException { IsAmbiguous: true });
        var asked = (e as KubeApiException)?.RetryAfter ?? TimeSpan.Zero;
        await WaitAsync(wait > asked ? wait : asked, cancellationToken);
    }

    /// <summary>Waits; shorter when it is cancelled.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var objects = new List<DecodedObject>();
        var limit = $"?limit={options.PageSize.ToString(CultureInfo.InvariantCulture)}";
        var page = await PageAsync(limit, objects, cancellationToken);
        while (page.Continue.Length > 0)
        {
            try
            {
                page = await PageAsync(limit + "&continue=" + Uri.EscapeDataString(page.Continue), objects, cancellationToken);
            }
            catch (KubeApiException e) when (e.IsGone)
            {
                // The pages take longer to read than the server keeps their version. A list in one answer cannot expire (client-go, pager).
                Log.Expired(logger, feed.Id, objects.Count);
                objects.Clear();
                page = await PageAsync("?", objects, cancellationToken);
            }
        }

        Replace(objects, page.Version);
    }

    private async Task<ListPage> PageAsync(string query, List<DecodedObject> objects, CancellationToken cancellationToken)
    {
        var selector = Selector();
        using var response = await OpenAsync("list", query == "?" ? query + selector.TrimStart('&') : query + selector, cancellationToken);
        using var watchdog = new CancellationTokenSource(SilenceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(watchdog.Token, cancellationToken);
        var pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(either.Token), Buffers);
        try
        {
            return await ListPage.ReadAsync(pipe, feed.Definition.Decode, objects, Received, either.Token);
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        void Received()
        {
            Heard();
            watchdog.CancelAfter(SilenceLimit);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var seconds = Random.Shared.Next(WatchSeconds, 2 * WatchSeconds);
        var from = _version is { } version
            ? string.Create(CultureInfo.InvariantCulture, $"resourceVersion={version}")
            : "sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
        var query = string.Create(CultureInfo.InvariantCulture, $"?watch=true&allowWatchBookmarks=true&{from}&timeoutSeconds={seconds}") + Selector();
        var started = clock.GetTimestamp();
        using var response = await OpenAsync("watch", query, cancellationToken);
        if (_version is not null)
            state.Watching();
        metrics.WatchStarted(feed);
        _watching = true;
        Heard();
        var frames = await FramesAsync(response, cancellationToken);
        Ended(WatchEnd.Closed);
        if (_version is null)
            throw new IOException("the API server closes the watch before it has sent everything there is");
        if (frames == 0 && clock.GetElapsedTime(started) < ShortWatch)
            throw new IOException("the API server closes the watch at once");
        _backoff.Reset();
    }

    /// <summary>Reads frames until the stream ends; never waits for anyone but the API server.</summary>
    private async Task<int> FramesAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken), Buffers);
        using var watchdog = new CancellationTokenSource(SilenceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(watchdog.Token, cancellationToken);
        List<DecodedObject>? initial = _version is null ? [] : null;
        var frames = 0;
        var scanned = 0L;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(either.Token);
                var buffer = result.Buffer;
                if (!buffer.IsEmpty)
                    Heard();
                while (NextLine(ref buffer, ref scanned, out var line))
                {
                    if (line.Length > 0)
                    {
                        frames++;
                        Take(WatchFrame.Decode(line, feed.Definition.Decode), ref initial);
                    }
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    // Half a frame at the end was cut off with its connection: it comes again after the resume.
                    return frames;
                }

                watchdog.CancelAfter(SilenceLimit);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private void Take(in WatchFrame frame, ref List<DecodedObject>? initial)
    {
        if (frame.Kind == WatchFrameKind.Error)
            throw new KubeApiException(frame.Code == 0 ? HttpStatusCode.InternalServerError : (HttpStatusCode)frame.Code, "", frame.Message, Target("watch"));
        if (initial is null)
        {
            Take(frame);
            _version = frame.Version;
            sink.Reached(frame.Version);
        }
        else if (frame.EndsInitialEvents)
        {
            Replace(initial, frame.Version);
            initial = null;
            state.Watching();
        }
        else if (frame.Kind == WatchFrameKind.Upserted)
        {
            initial.Add(frame.Object);
        }

        _forgotten = false;
        _initializing = 0;
        _backoff.Reset();
    }

    private void Take(in WatchFrame frame)
    {
        if (frame.Kind == WatchFrameKind.Bookmark || !Belongs(frame.Object.Meta))
            return;
        metrics.Event(feed);
        using var span = Tracing.IsOn ? Trace(frame) : null;
        if (frame.Kind == WatchFrameKind.Deleted)
        {
            sink.Delete(frame.Object.Meta, frame.Object.Snapshot);
        }
        else if (frame.Object.Snapshot is { } snapshot)
        {
            sink.Upsert(snapshot);
        }
        else
        {
            state.Unreadable(frame.Object.Meta, frame.Object.Problem);
            metrics.Unreadable(feed);
            sink.Unreadable(frame.Object.Meta);
        }
    }

    private Activity? Trace(in WatchFrame frame)
    {
        var span = Tracing.Start($"watch {feed.Definition.Resource.Plural}", ActivityKind.Consumer, default);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("feed", feed.Id);
            span.SetTag("event", frame.Kind == WatchFrameKind.Deleted ? "deleted" : "upserted");
            span.SetTag("namespace", frame.Object.Meta.Key.Namespace);
            span.SetTag("name", frame.Object.Meta.Key.Name);
            span.SetTag("resourceVersion", frame.Version);
        }

        return span;
    }

    private void Replace(List<DecodedObject> objects, long version)
    {
        objects.RemoveAll(o => !Belongs(o.Meta));
        foreach (var unreadable in objects.Where(o => o.Snapshot is null))
        {
            state.Unreadable(unreadable.Meta, unreadable.Problem);
            metrics.Unreadable(feed);
        }

        metrics.Listed(feed);
        state.Listed(objects.Count);
        sink.Replace(
            [.. objects.Where(o => o.Snapshot is not null).Select(o => o.Snapshot!)],
            [.. objects.Where(o => o.Snapshot is null).Select(o => o.Meta)],
            version);
        _version = version;
        _initializing = 0;
    }

    /// <summary>A server that does not know shard selectors ignores them silently: then this silo sees all, and takes its part.</summary>
    private bool Belongs(in ObjectMeta meta)
    {
        if (feed.Range.Contains(meta.Uid))
            return true;
        if (state.FirstForeign())
            Log.SelectorIgnored(logger, feed.Id);
        return false;
    }

    private string Selector() => feed.Range.Selector is { } selector ? "&shardSelector=" + Uri.EscapeDataString(selector) : "";

    private Task<HttpResponseMessage> OpenAsync(string verb, string query, CancellationToken cancellationToken) =>
        api.OpenAsync(
            new KubeRequest(HttpMethod.Get, feed.Definition.Resource.CollectionPath(feed.Namespace) + query) { Target = Target(verb) },
            cancellationToken);

    private RequestTarget Target(string verb) => new(verb, feed.Definition.Resource.QualifiedName, feed.Namespace);

    /// <summary>The next line that has arrived whole. Each byte is looked at once, however long the line.</summary>
    private static bool NextLine(ref ReadOnlySequence<byte> buffer, ref long scanned, out ReadOnlySequence<byte> line)
    {
        if (buffer.Slice(scanned).PositionOf((byte)'\n') is not { } end)
        {
            scanned = buffer.Length;
            line = default;
            return false;
        }

        line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        scanned = 0;
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Feed {Feed} lists again: {Reason}")]
        public static partial void Relist(ILogger logger, string feed, string reason);

        [LoggerMessage(LogLevel.Information, "Feed {Feed}: the list expired after {Count} objects; listing in one answer")]
        public static partial void Expired(ILogger logger, string feed, int count);

        [LoggerMessage(LogLevel.Information, "Feed {Feed}: the API server does not stream lists (feature gate WatchList); listing in pages: {Reason}")]
        public static partial void ListsInPages(ILogger logger, string feed, string reason);

        [LoggerMessage(LogLevel.Warning, "Feed {Feed} was silent for {Seconds} s; reopening its watch")]
        public static partial void Silent(ILogger logger, string feed, double seconds);

        [LoggerMessage(LogLevel.Warning, "Feed {Feed}: the API server ignores shard selectors (feature gate ShardedListAndWatch), so that every range gets all objects; each silo takes its part. Set one range per kind to spare the traffic.")]
        public static partial void SelectorIgnored(ILogger logger, string feed);
    }
}
