namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>How this silo's heartbeats fare, beside those of others. All times are ages, by the monotonic clock of this process.</summary>
/// <param name="Period">The heartbeat period.</param>
/// <param name="SinceSuccess">How long ago this silo last wrote its heartbeat.</param>
/// <param name="FailedRounds">Rounds that failed since; a round tries the usual connections and a fresh one.</param>
/// <param name="SinceFirstFailure">How long ago the first of them began; null when there is none.</param>
/// <param name="SinceLastFailure">How long ago the last of them began; null when there is none.</param>
/// <param name="SincePeerSuccess">How long ago a peer has written its own, after the first failure of this one; null when none is known to have.</param>
internal readonly record struct FencingFacts(
    TimeSpan Period, TimeSpan SinceSuccess, int FailedRounds, TimeSpan? SinceFirstFailure, TimeSpan? SinceLastFailure, TimeSpan? SincePeerSuccess);
