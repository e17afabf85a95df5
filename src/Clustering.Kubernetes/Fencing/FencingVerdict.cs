namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>What a silo does about its heartbeats.</summary>
internal enum FencingVerdict
{
    /// <summary>It stays.</summary>
    Stay,

    /// <summary>It stays, and asks others whether theirs are written.</summary>
    AskPeers,

    /// <summary>It asks to be declared dead.</summary>
    Leave,
}
