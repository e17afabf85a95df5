using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Evictions;

/// <summary>Judges writes to the rows of other silos.</summary>
internal interface IEvictionGuard
{
    /// <summary>What is to be written; null when nothing is.</summary>
    /// <param name="table">The table as it is.</param>
    /// <param name="current">The row as it is.</param>
    /// <param name="row">The row as Orleans wants it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<SiloRow?> JudgeAsync(OrleansClusterStatus table, SiloRow current, SiloRow row, CancellationToken cancellationToken);

    /// <summary>It was written.</summary>
    void Written(SiloRow current, SiloRow row);
}
