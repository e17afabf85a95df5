namespace OrleansOperator.LoadTest.Limits;

/// <summary>
/// What a rate has to keep to be sustained: the service level objectives by which kubernetes-controller-sharding was evaluated
/// (https://github.com/timebertt/kubernetes-controller-sharding).
/// </summary>
internal static class Objective
{
    /// <summary>The share of changes that must keep the times.</summary>
    public const double Share = 0.99;

    /// <summary>The longest wait in the controller's queue.</summary>
    public static readonly TimeSpan QueueWait = TimeSpan.FromSeconds(1);

    /// <summary>The longest time from when a change was due until its object is ready.</summary>
    public static readonly TimeSpan Ready = TimeSpan.FromSeconds(5);

    /// <summary>Whether a rate was sustained.</summary>
    /// <param name="planned">How many changes were due.</param>
    /// <param name="onTime">How many were ready in time.</param>
    /// <param name="queueWait">The wait in the queue that <see cref="Share"/> did not exceed, in seconds; null when it cannot be seen.</param>
    public static bool IsMet(int planned, int onTime, double? queueWait) =>
        onTime >= planned * Share && (queueWait is not { } wait || wait <= QueueWait.TotalSeconds);
}
