using System.IO.Pipelines;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Http;

/// <summary>
/// The answer to one WATCH while it runs. It holds little for a client that does not read: what Kestrel buffers and the
/// bounded queue of its <see cref="Watcher"/>, and when that is full the connection is cut.
/// </summary>
internal sealed class WatchStream(
    HttpContext http, WatchView view, ObjectFilter filter, Watcher watcher, ObjectStore store, FaultInjector faults, DevClusterOptions options)
{
    private const int FlushBytes = 64 * 1024;

    private readonly PipeWriter _writer = http.Response.BodyWriter;
    private int _unflushed;

    /// <summary>Runs until the client leaves, the watch is cut, or the time is over.</summary>
    /// <param name="initial">What to send first.</param>
    /// <param name="reached">The version reached with that.</param>
    /// <param name="bookmarks">Whether the client takes bookmarks.</param>
    /// <param name="initialEvents">Whether a bookmark says where the initial events end.</param>
    /// <param name="end">When the time is over.</param>
    public async Task RunAsync(IReadOnlyList<WatchEvent> initial, long reached, bool bookmarks, bool initialEvents, CancellationToken end)
    {
        foreach (var change in initial)
        {
            if (!await SendAsync(change, end))
                return;
        }

        if (initialEvents && bookmarks)
            Write(view.Bookmark(reached, initialEventsEnd: true));
        if (!await FlushAsync(end))
            return;

        using var bookmarkTimer = bookmarks ? new PeriodicTimer(options.BookmarkPeriod, options.TimeProvider) : null;
        var bookmark = bookmarkTimer?.WaitForNextTickAsync(end).AsTask();
        var more = watcher.WaitAsync(end).AsTask();
        while (true)
        {
            await (bookmark is null ? Task.WhenAny(more, watcher.Cut) : Task.WhenAny(more, watcher.Cut, bookmark));
            await Task.WhenAny(faults.WhileStalled(watcher.Plural), watcher.Cut).WaitAsync(end);
            if (watcher.Cut.IsCompleted)
            {
                if (watcher.InMidFrame)
                    await CutAsync();
                return;
            }

            if (more.IsCompleted)
            {
                if (!await more)
                    return;
                while (watcher.TryTake(out var change))
                {
                    // A watch may begin at a version that is yet to come.
                    if (change.Version > reached && !await SendAsync(change, end))
                        return;
                    reached = Math.Max(reached, change.Version);
                }

                more = watcher.WaitAsync(end).AsTask();
            }
            else if (bookmark is { IsCompletedSuccessfully: true })
            {
                // Everything up to now has been sent: the bookmark may name the newest version.
                var now = store.Version;
                if (!watcher.HasMore)
                    Write(view.Bookmark(reached = Math.Max(reached, now), initialEventsEnd: false));
                bookmark = bookmarkTimer!.WaitForNextTickAsync(end).AsTask();
            }

            if (!await FlushAsync(end))
                return;
        }
    }

    /// <summary>
    /// With selectors, going in and out of the selection are an addition and a deletion; a deletion carries the last state that
    /// was selected.
    /// </summary>
    private ValueTask<bool> SendAsync(WatchEvent change, CancellationToken end)
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
            _unflushed += view.Write(_writer, send, send == WatchEventType.Deleted ? change.Departed : change.Object);
        return _unflushed < FlushBytes ? ValueTask.FromResult(true) : FlushAsync(end);
    }

    /// <summary>Sends what was written; false when the watch was dropped because its client does not read.</summary>
    private async ValueTask<bool> FlushAsync(CancellationToken end)
    {
        _unflushed = 0;
        Task flush = _writer.FlushAsync(end).AsTask();
        if (!flush.IsCompleted && await Task.WhenAny(flush, watcher.Cut) != flush)
        {
            http.Abort();
            await flush.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }

        await flush;
        return true;
    }

    private async Task CutAsync()
    {
        Write("{\"type\":\"MODIFIED\",\"object\":{\"apiVer"u8);
        await FlushAsync(http.RequestAborted);
        http.Abort();
    }

    private void Write(ReadOnlySpan<byte> bytes) => WatchView.Write(_writer, bytes);
}
