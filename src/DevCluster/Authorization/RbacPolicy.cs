using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>
/// All roles and bindings at one moment, by whom they are given to: immutable, so that a decision is a pure function of it and of the request
/// (Kubernetes, <c>plugin/pkg/auth/authorizer/rbac</c>).
/// </summary>
internal sealed class RbacPolicy
{
    public const string Group = "rbac.authorization.k8s.io";

    private static readonly Grant[] None = [];

    private readonly Dictionary<string, Grant[]> _users;
    private readonly Dictionary<string, Grant[]> _groups;

    /// <param name="roles">All Roles.</param>
    /// <param name="clusterRoles">All ClusterRoles.</param>
    /// <param name="roleBindings">All RoleBindings.</param>
    /// <param name="clusterRoleBindings">All ClusterRoleBindings.</param>
    public RbacPolicy(IEnumerable<JsonObject> roles, IReadOnlyCollection<JsonObject> clusterRoles, IEnumerable<JsonObject> roleBindings, IEnumerable<JsonObject> clusterRoleBindings)
    {
        var rules = roles.ToDictionary(role => $"{role["metadata"].Text("namespace")}/{NameOf(role)}", PolicyRule.In);
        foreach (var role in clusterRoles)
            rules["/" + NameOf(role)] = PolicyRule.In(Aggregation.Selectors(role) is null ? role : new JsonObject { ["rules"] = Aggregation.RulesOf(role, clusterRoles) });
        var (users, groups) = (new Dictionary<string, List<Grant>>(), new Dictionary<string, List<Grant>>());
        foreach (var binding in roleBindings.Concat(clusterRoleBindings))
        {
            var grant = GrantOf(binding, rules);
            foreach (var subject in binding.List("subjects") ?? [])
                Add(subject, grant);
        }

        _users = users.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        _groups = groups.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

        void Add(JsonNode? subject, Grant grant)
        {
            var (to, name) = subject.Text("kind") switch
            {
                "Group" => (groups, subject.Text("name") ?? ""),
                "ServiceAccount" => (users, $"system:serviceaccount:{(subject.Text("namespace") is { Length: > 0 } ns ? ns : grant.Namespace)}:{subject.Text("name")}"),
                _ => (users, subject.Text("name") ?? ""),
            };
            if (!to.TryGetValue(name, out var grants))
                to[name] = grants = [];
            grants.Add(grant);
        }
    }

    /// <summary>Whether a request is allowed.</summary>
    public bool Allows(in RequestAttributes request) => Find(request, out _, out _);

    /// <summary>Whether a request is allowed, and what is to be said about it: why it is, or which roles are missing.</summary>
    public bool Allows(in RequestAttributes request, out string reason)
    {
        if (Find(request, out var grant, out var subject))
        {
            reason = $"RBAC: allowed by {grant!.Binding} of {grant.Role} to {subject}";
            return true;
        }

        var ns = request.Namespace;
        var missing = Of(request.User).Where(held => held.Rules is null && IsIn(held, ns)).Select(held => held.Missing).Distinct().ToList();
        reason = missing.Count switch
        {
            0 => "",
            1 => $"RBAC: {missing[0]}",
            _ => $"RBAC: [{string.Join(", ", missing)}]",
        };
        return false;
    }

    /// <summary>All rules that a user has in a namespace; those that hold everywhere come first.</summary>
    /// <param name="user">The user.</param>
    /// <param name="ns">The namespace; null or empty for what holds everywhere.</param>
    public IEnumerable<PolicyRule> RulesOf(UserInfo user, string? ns) =>
        Of(user).Where(grant => IsIn(grant, ns)).OrderBy(grant => grant.Namespace is not null).SelectMany(grant => grant.Rules ?? []);

    private bool Find(in RequestAttributes request, out Grant? grant, out string subject)
    {
        subject = "";
        grant = Find(_users.GetValueOrDefault(request.User.Name, None), request);
        if (grant is not null)
        {
            subject = request.User.Name.StartsWith(ServiceAccounts.UserPrefix, StringComparison.Ordinal)
                ? $"ServiceAccount \"{ServiceAccounts.Display(request.User.Name)}\"" : $"User \"{request.User.Name}\"";
            return true;
        }

        var groups = request.User.Groups;
        for (var i = 0; i < groups.Count; i++)
        {
            grant = Find(_groups.GetValueOrDefault(groups[i], None), request);
            if (grant is not null)
            {
                subject = $"Group \"{groups[i]}\"";
                return true;
            }
        }

        return false;
    }

    private static Grant? Find(Grant[] grants, in RequestAttributes request)
    {
        foreach (var grant in grants)
        {
            if (grant.Rules is null || !IsIn(grant, request.Namespace))
                continue;
            foreach (var rule in grant.Rules)
            {
                if (rule.Allows(request))
                    return grant;
            }
        }

        return null;
    }

    private IEnumerable<Grant> Of(UserInfo user) =>
        _users.GetValueOrDefault(user.Name, None).Concat(user.Groups.SelectMany(group => _groups.GetValueOrDefault(group, None)));

    private static bool IsIn(Grant grant, string? ns) => grant.Namespace is null || grant.Namespace == ns;

    private static Grant GrantOf(JsonObject binding, Dictionary<string, PolicyRule[]> rules)
    {
        var (ns, reference) = (binding["metadata"].Text("namespace"), binding["roleRef"]);
        var (kind, name) = (reference.Text("kind") ?? "", reference.Text("name") ?? "");
        var found = rules.GetValueOrDefault($"{(kind == "Role" ? ns : "")}/{name}");
        return new Grant(
            ns is null ? $"ClusterRoleBinding \"{NameOf(binding)}\"" : $"RoleBinding \"{NameOf(binding)}/{ns}\"",
            kind == "Role" ? $"Role \"{name}\"" : $"ClusterRole \"{name}\"", ns, found)
        {
            Missing = $"{kind.ToLowerInvariant()}.{Group} \"{name}\" not found",
        };
    }

    private static string NameOf(JsonObject obj) => obj["metadata"].Text("name") ?? "";
}
