namespace OrleansOperator.DevCluster.Authorization;

/// <summary>What one binding gives to those whom it names.</summary>
/// <param name="Binding">The binding: <c>RoleBinding "name/namespace"</c>.</param>
/// <param name="Role">The role: <c>ClusterRole "name"</c>.</param>
/// <param name="Namespace">Where it holds; null for everywhere.</param>
/// <param name="Rules">The role's rules; null when there is no such role.</param>
internal sealed record Grant(string Binding, string Role, string? Namespace, PolicyRule[]? Rules)
{
    /// <summary>What is wrong when there is no such role, as refusals tell it.</summary>
    public required string Missing { get; init; }
}
