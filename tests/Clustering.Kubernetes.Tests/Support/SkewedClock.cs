namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>The clock of a node that is set wrongly.</summary>
internal sealed class SkewedClock(TimeSpan skew) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + skew;
}
