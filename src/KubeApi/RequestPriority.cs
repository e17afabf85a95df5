namespace OrleansOperator.KubeApi;

/// <summary>Who goes first when a silo's limit on requests or reconciles is reached.</summary>
public enum RequestPriority
{
    /// <summary>Something a user did just now.</summary>
    Fresh = 0,

    /// <summary>A start-up's backlog, a resync, an event: it can wait.</summary>
    Backlog = 1,

    /// <summary>
    /// What keeps this silo in its cluster, such as a heartbeat: few, and never made to wait, because they are not counted in
    /// the limits.
    /// </summary>
    Vital = 2,
}
