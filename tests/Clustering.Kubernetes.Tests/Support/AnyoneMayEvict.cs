using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>For tests of the table alone.</summary>
internal sealed class AnyoneMayEvict : IEvictionGuard
{
    public ValueTask<SiloRow?> JudgeAsync(OrleansClusterStatus table, SiloRow current, SiloRow row, CancellationToken cancellationToken) => new(row);

    public void Written(SiloRow current, SiloRow row)
    {
    }
}
