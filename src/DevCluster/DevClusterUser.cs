namespace OrleansOperator.DevCluster;

/// <summary>A user with a bearer token.</summary>
/// <param name="Name">The name by which RBAC knows the user.</param>
/// <param name="Token">The token; printable ASCII.</param>
/// <param name="Groups">The user's groups; <c>system:authenticated</c> is added.</param>
public sealed record DevClusterUser(string Name, string Token, params IReadOnlyList<string> Groups)
{
    /// <summary>Identifies the user over time; may be empty.</summary>
    public string Uid { get; init; } = "";
}
