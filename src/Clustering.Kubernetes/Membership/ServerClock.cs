namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// The API server's clock, as far as this node can tell from the Date header of its answers. All times in the table and in the Leases are
/// the API server's; Orleans compares them with the clock of the node. So times are translated where they are read and written, and a
/// node whose clock is wrong sees the same ages as every other.
/// </summary>
internal sealed class ServerClock(TimeProvider clock)
{
    /// <summary>A Date has whole seconds, and servers may cache it for another.</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(2);

    private long _offset;

    /// <summary>By how much the API server's clock is ahead of this node's. Zero while the difference is within what a Date can tell.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Volatile.Read(ref _offset));

    /// <summary>The API server's time now.</summary>
    public DateTime UtcNow => ToServer(clock.GetUtcNow().UtcDateTime);

    /// <summary>Takes in the Date of an answer.</summary>
    /// <param name="date">The Date header.</param>
    /// <param name="sent">This node's time when the request was sent.</param>
    /// <param name="received">This node's time when the answer came.</param>
    public void Observe(DateTimeOffset date, DateTimeOffset sent, DateTimeOffset received)
    {
        // The server was at "date" or up to the resolution later, at some moment between sending and receiving. The offset stays while it
        // agrees with that, so that what was read translates back to exactly what was stored.
        var (least, most) = (date - received - TimeSpan.FromSeconds(1), date + Resolution - sent);
        if (Offset >= least && Offset <= most)
            return;
        Volatile.Write(ref _offset, TimeSpan.Zero >= least && TimeSpan.Zero <= most ? 0 : ((least + most) / 2).Ticks);
    }

    /// <summary>A time of this node, as the API server counts.</summary>
    public DateTime ToServer(DateTime local) => Shift(local, Offset);

    /// <summary>A time of the API server, as this node counts.</summary>
    public DateTime ToLocal(DateTime server) => Shift(server, -Offset);

    // Far past and future stay where they are: Orleans asks for the clean-up of everything before DateTime.MaxValue in tests.
    private static DateTime Shift(DateTime time, TimeSpan by)
    {
        var ticks = Math.Clamp(time.Ticks + (decimal)by.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime((long)ticks, DateTimeKind.Utc);
    }
}
