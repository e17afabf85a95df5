namespace OrleansOperator.WatchIngest.Health;

/// <summary>How much of a feed is still to be acknowledged by grains. When nothing is, its first list has been delivered.</summary>
internal sealed class FeedBacklog(FeedState state)
{
    private int _pending;

    public int Pending => Volatile.Read(ref _pending);

    /// <summary>One more to wait for: a delivery, or a list that is being taken in.</summary>
    public void Add() => Interlocked.Increment(ref _pending);

    public void Done()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
            state.Delivered();
    }
}
