namespace OrleansOperator.DevCluster.Authentication;

/// <summary>Who asks, as authentication found out (<c>authentication.k8s.io/v1 UserInfo</c>).</summary>
/// <param name="Name">The name by which RBAC knows the user.</param>
/// <param name="Groups">The groups, those that authentication adds included.</param>
internal sealed record UserInfo(string Name, IReadOnlyList<string> Groups)
{
    public const string Masters = "system:masters";
    public const string AnonymousName = "system:anonymous";
    public const string Authenticated = "system:authenticated";
    public const string Unauthenticated = "system:unauthenticated";

    private static readonly Dictionary<string, IReadOnlyList<string>> None = [];

    /// <summary>Who shows no credentials.</summary>
    public static UserInfo Anonymous { get; } = new(AnonymousName, [Unauthenticated]);

    /// <summary>Whose credentials stand in the kubeconfig.</summary>
    public static UserInfo Administrator { get; } = new("kubernetes-admin", [Masters, Authenticated]);

    /// <summary>What the cluster does on its own account: its loops and what is applied at the start.</summary>
    public static UserInfo System { get; } = new("system:apiserver", [Masters]);

    /// <summary>Identifies the user over time; empty for users without one.</summary>
    public string Uid { get; init; } = "";

    /// <summary>What else authentication knows of the user.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = None;

    /// <summary>Whether RBAC is not asked (<c>system:masters</c>).</summary>
    public bool IsMaster => Groups.Contains(Masters);

    /// <summary>A user who has shown credentials.</summary>
    public static UserInfo Of(string name, IEnumerable<string> groups, string uid = "") => new(name, [.. groups.Append(Authenticated).Distinct()]) { Uid = uid };
}
