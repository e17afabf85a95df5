namespace OrleansOperator.KubeApi.Access;

/// <summary>Where a permission is needed.</summary>
public enum PermissionScope
{
    /// <summary>Where the objects are that the operator reconciles: a ClusterRole, or a Role in each namespace that it is restricted to.</summary>
    Watched,

    /// <summary>In the operator's own namespace: a Role.</summary>
    Own,
}
