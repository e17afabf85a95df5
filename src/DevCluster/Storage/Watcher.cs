using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace OrleansOperator.DevCluster.Storage;

/// <summary>
/// One watch: a queue of changes, bounded in number and in bytes. A client that does not read is dropped, it never holds up the
/// others.
/// </summary>
internal sealed class Watcher(string resource, int limit, long maxBytes)
{
    private readonly Channel<WatchEvent> _queue = Channel.CreateBounded<WatchEvent>(
        new BoundedChannelOptions(limit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;

    /// <summary>The plural name of what is watched.</summary>
    public string Plural { get; } = resource.Split('.')[0];

    /// <summary>Completes when the watch is to be cut off.</summary>
    public Task Cut => _cut.Task;

    /// <summary>Whether the connection is to end in the middle of a frame.</summary>
    public bool InMidFrame { get; private set; }

    /// <summary>Whether a change waits to be taken.</summary>
    public bool HasMore => _queue.Reader.TryPeek(out _);

    public void Offer(WatchEvent change)
    {
        if (Interlocked.Add(ref _bytes, change.Size) > maxBytes || !_queue.Writer.TryWrite(change))
            Close();
    }

    /// <summary>Completes when there is a change to take, with false when there will be none.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    public bool TryTake([NotNullWhen(true)] out WatchEvent? change)
    {
        if (!_queue.Reader.TryRead(out change))
            return false;
        Interlocked.Add(ref _bytes, -change.Size);
        return true;
    }

    public void Close(bool inMidFrame = false)
    {
        InMidFrame |= inMidFrame;
        _cut.TrySetResult();
        _queue.Writer.TryComplete();
    }
}
