namespace OrleansOperator.WatchIngest.Health;

/// <summary>How much of a feed is still to be acknowledged by grains. When nothing is, its first list has been delivered.</summary>
internal sealed class FeedBacklog(FeedState state)
{
    private int _pending;

    public int Pending => Volatile.Read(ref _pending);

    public void Add() => Interlocked.Increment(ref _pending);

    public void Done()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
            state.Delivered();
    }

    /// <summary>Called after a list was taken in: an empty one is delivered at once.</summary>
    public void Check()
    {
        if (Pending == 0)
            state.Delivered();
    }
}
