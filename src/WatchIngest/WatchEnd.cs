namespace OrleansOperator.WatchIngest;

/// <summary>Why a watch has ended.</summary>
internal enum WatchEnd
{
    /// <summary>The server closed it, as it does after the time that it was asked for.</summary>
    Closed,

    /// <summary>Nothing came for too long, not even a bookmark.</summary>
    Silent,

    /// <summary>The server has compacted the resource version that it was to go on from (410).</summary>
    Expired,

    /// <summary>Any other error.</summary>
    Error,
}
