using System.Threading.Channels;

namespace OrleansOperator.DevCluster.Storage;

/// <summary>One watch: a bounded queue of changes. A client that does not read is dropped, it never holds up the others.</summary>
internal sealed class Watcher(string resource, int limit)
{
    private readonly Channel<WatchEvent> _queue = Channel.CreateBounded<WatchEvent>(
        new BoundedChannelOptions(limit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The plural name of what is watched.</summary>
    public string Resource => resource;

    public ChannelReader<WatchEvent> Events => _queue.Reader;

    /// <summary>Completes when the watch is to be cut off.</summary>
    public Task Cut => _cut.Task;

    /// <summary>Whether the connection is to end in the middle of a frame.</summary>
    public bool InMidFrame { get; private set; }

    public void Offer(WatchEvent change)
    {
        if (!_queue.Writer.TryWrite(change))
            Close();
    }

    public void Close(bool inMidFrame = false)
    {
        InMidFrame |= inMidFrame;
        _cut.TrySetResult();
        _queue.Writer.TryComplete();
    }
}
