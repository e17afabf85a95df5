namespace OrleansOperator.DevCluster.Authentication;

/// <summary>The names by which RBAC knows service accounts (apiserver, <c>authentication/serviceaccount</c>).</summary>
internal static class ServiceAccounts
{
    public const string UserPrefix = "system:serviceaccount:";
    public const string AllGroup = "system:serviceaccounts";

    /// <summary>The user that a service account is.</summary>
    public static string UserName(string ns, string name) => $"{UserPrefix}{ns}:{name}";

    /// <summary>The groups of the service accounts of a namespace.</summary>
    public static string[] GroupsOf(string ns) => [AllGroup, $"{AllGroup}:{ns}"];

    /// <summary>The namespace and the name of a service account by its user's name; null for other users.</summary>
    public static (string Namespace, string Name)? Split(string user) =>
        user.StartsWith(UserPrefix, StringComparison.Ordinal) && user[UserPrefix.Length..].Split(':') is [{ Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;

    /// <summary>A service account as <c>name/namespace</c>, as RBAC's reasons have it.</summary>
    public static string Display(string user) => Split(user) is var (ns, name) ? $"{name}/{ns}" : user;
}
