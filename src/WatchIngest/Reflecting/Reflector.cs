using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>
/// Keeps a sink equal to what the API server has: LIST in pages, then WATCH from there for as long as possible, resumed from
/// the last version, and LIST again when the server has forgotten that version (client-go, <c>Reflector</c>).
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

    /// <summary>Just after a CRD was made, its storage answers 429 for some milliseconds.</summary>
    private static readonly TimeSpan InitializingWait = TimeSpan.FromMilliseconds(50);

    /// <summary>A watch that ends sooner than this without having brought anything is a failure, not a renewal.</summary>
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);

    private readonly ReflectorBackoff _backoff = new(clock, Random.Shared);
    private long _heard = clock.GetTimestamp();
    private long? _version;
    private bool _watching;

    /// <summary>
    /// Whether the server has forgotten the version and sent nothing since. Once is usual, and mended at once; again at once
    /// is a failure.
    /// </summary>
    private bool _forgotten;

    /// <summary>How long ago the API server was last heard: a list, a change or a bookmark.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_version is null)
                    await ListAsync(cancellationToken);
                await WatchAsync(cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // Whatever breaks while the feed is stopped is no failure.
                return;
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
                await WaitAsync(InitializingWait, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // The watchdog: the stream was silent for too long. It is resumed where it stopped.
                Log.Silent(logger, feed.Id, SilenceLimit.TotalSeconds);
                Ended(WatchEnd.Silent);
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
        // What cannot be read may be half of something, and what is gone does not come back: begin anew.
        if (e is not (IOException or HttpRequestException or KubeApiException { IsGone: false }))
            _version = null;
        state.Fail(e is KubeApiException api ? AccessDiagnosis.Describe(api) ?? api.Message : e.Message);
        var wait = _backoff.Next(unanswered: e is KubeApiException { IsAmbiguous: true });
        var asked = (e as KubeApiException)?.RetryAfter ?? TimeSpan.Zero;
        await WaitAsync(wait > asked ? wait : asked, cancellationToken);
    }

    /// <summary>Waits; shorter when it is cancelled.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var objects = new List<ResourceSnapshot>();
        var next = "";
        ListPage page;
        do
        {
            var query = $"?limit={options.PageSize.ToString(CultureInfo.InvariantCulture)}"
                + (next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next)) + Selector();
            page = await PageAsync(query, objects, cancellationToken);
            next = page.Continue;
        }
        while (next.Length > 0);

        objects.RemoveAll(snapshot => !Belongs(snapshot));
        metrics.Listed(feed);
        state.Listed(objects.Count);
        sink.Replace(objects, page.Version);
        _version = page.Version;
    }

    private async Task<ListPage> PageAsync(string query, List<ResourceSnapshot> objects, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync("list", query, cancellationToken);
        using var watchdog = new CancellationTokenSource(SilenceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(watchdog.Token, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(either.Token);
        Heard();
        return ListPage.Decode(bytes, feed.Definition.Decode, objects);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var seconds = Random.Shared.Next(WatchSeconds, 2 * WatchSeconds);
        var query = string.Create(CultureInfo.InvariantCulture,
            $"?watch=true&allowWatchBookmarks=true&resourceVersion={_version}&timeoutSeconds={seconds}") + Selector();
        var started = clock.GetTimestamp();
        using var response = await OpenAsync("watch", query, cancellationToken);
        state.Watching();
        metrics.WatchStarted(feed);
        _watching = true;
        Heard();
        var frames = await FramesAsync(response, cancellationToken);
        Ended(WatchEnd.Closed);
        if (frames == 0 && clock.GetElapsedTime(started) < ShortWatch)
            throw new IOException("the API server closes the watch at once");
        _backoff.Reset();
    }

    /// <summary>Reads frames until the stream ends; never waits for anyone but the API server.</summary>
    private async Task<int> FramesAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        using var watchdog = new CancellationTokenSource(SilenceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(watchdog.Token, cancellationToken);
        var frames = 0;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(either.Token);
                var buffer = result.Buffer;
                if (!buffer.IsEmpty)
                    Heard();
                while (NextLine(ref buffer, out var line))
                {
                    if (line.Length > 0)
                    {
                        frames++;
                        Take(WatchFrame.Decode(line, feed.Definition.Decode));
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

    private void Take(in WatchFrame frame)
    {
        switch (frame.Kind)
        {
            case WatchFrameKind.Upserted when Belongs(frame.Snapshot!):
                metrics.Event(feed);
                sink.Upsert(frame.Snapshot!);
                break;
            case WatchFrameKind.Deleted when Belongs(frame.Snapshot!):
                metrics.Event(feed);
                sink.Delete(frame.Snapshot!);
                break;
            case WatchFrameKind.Error:
                throw new KubeApiException(frame.Code == 0 ? HttpStatusCode.InternalServerError : (HttpStatusCode)frame.Code, "", frame.Message, Target("watch"));
        }

        _version = frame.Version;
        _forgotten = false;
        _backoff.Reset();
    }

    /// <summary>A server that does not know shard selectors ignores them silently: then this silo sees all, and takes its part.</summary>
    private bool Belongs(ResourceSnapshot snapshot)
    {
        if (feed.Range.Contains(snapshot.Uid))
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

    private static bool NextLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Feed {Feed} lists again: {Reason}")]
        public static partial void Relist(ILogger logger, string feed, string reason);

        [LoggerMessage(LogLevel.Warning, "Feed {Feed} was silent for {Seconds} s: its watch is opened anew")]
        public static partial void Silent(ILogger logger, string feed, double seconds);

        [LoggerMessage(LogLevel.Warning, "Feed {Feed}: the API server ignores shard selectors (feature gate ShardedListAndWatch), so that every range gets all objects; each silo takes its part. Set one range per kind to spare the traffic.")]
        public static partial void SelectorIgnored(ILogger logger, string feed);
    }
}
