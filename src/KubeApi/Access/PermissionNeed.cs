namespace OrleansOperator.KubeApi.Access;

/// <summary>What it means when a permission is missing.</summary>
public enum PermissionNeed
{
    /// <summary>Some object is not reconciled, or the silo is no full member of its cluster: not ready.</summary>
    Required,

    /// <summary>Everything is still reconciled, but something is slower or is not reported: ready, and degraded.</summary>
    Optional,

    /// <summary>Needed only where the API server enforces it, so that nobody asks for it beforehand: a refused request tells.</summary>
    WhereEnforced,
}
