namespace OrleansOperator.Clustering.Kubernetes.Evictions;

/// <summary>The causes for which a silo is declared dead by others.</summary>
internal static class EvictionCause
{
    /// <summary>Enough silos got no answer from it.</summary>
    public const string Votes = "Votes";

    /// <summary>A newer process runs at its address.</summary>
    public const string Successor = "Successor";

    /// <summary>Its pod was deleted or has ended.</summary>
    public const string PodGone = "PodGone";

    /// <summary>It cannot write its heartbeats although others can.</summary>
    public const string Fenced = "Fenced";

    public static IReadOnlyList<string> All { get; } = [Votes, Successor, PodGone, Fenced];
}
