using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansOperator.Clustering.Kubernetes;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.Silo;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Integration.Deploy;

/// <summary>What the operator may do, as <c>verb resource.group</c>: in its own namespace, and where the Foos are.</summary>
internal sealed record RbacRules(IReadOnlyList<string> Own, IReadOnlyList<string> Watched)
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";

    /// <summary>What no request asks for, because an admission plug-in asks it of those that write something else.</summary>
    public static IEnumerable<string> WhereEnforced => AllDeclared().Where(permission => permission.Need == PermissionNeed.WhereEnforced).Select(Text);

    /// <summary>What is installed in a cluster.</summary>
    public static async Task<RbacRules> ReadAsync(ClusterClient client, string ns)
    {
        var roles = $"{Rbac}/namespaces/{ns}/roles/orleans-operator";
        return new RbacRules(
            Rules(await client.FindAsync(roles + "-membership")),
            Rules(await client.FindAsync(roles) ?? await client.FindAsync($"{Rbac}/clusterroles/orleans-operator")));
    }

    /// <summary>What the components of the operator declare that they need.</summary>
    public static RbacRules Declared()
    {
        var all = AllDeclared().ToList();
        return new RbacRules(
            [.. all.Where(permission => permission.Scope == PermissionScope.Own).Select(Text).Distinct()],
            [.. all.Where(permission => permission.Scope == PermissionScope.Watched).Select(Text).Distinct()]);
    }

    /// <summary>What the silos have asked the API server for, of the resources that some rules are about, by its audit log.</summary>
    /// <param name="cluster">The API server.</param>
    /// <param name="rules">All rules: a resource that is in none is not allowed anything.</param>
    /// <param name="about">The rules whose resources are meant.</param>
    /// <param name="where">The namespaces in which the rules hold.</param>
    public static IReadOnlyList<string> Asked(DevClusterServer cluster, RbacRules rules, IReadOnlyList<string> about, Func<string?, bool> where)
    {
        var groups = rules.Own.Concat(rules.Watched).Select(ResourceOf).Distinct().ToDictionary(resource => resource.Plural, resource => resource.Qualified);
        var meant = about.Select(rule => ResourceOf(rule).Plural).ToHashSet();
        var asked = new SortedSet<string>();
        foreach (var entry in cluster.Audit.Entries.Where(entry => entry.UserAgent.StartsWith("orleans-operator", StringComparison.Ordinal)))
        {
            // Everyone may ask what they may do: system:basic-user.
            if (entry.Resource == "selfsubjectaccessreviews")
                continue;
            Assert.True(groups.ContainsKey(entry.Resource), $"No rule is about {entry}.");
            if (!meant.Contains(entry.Resource))
                continue;
            Assert.True(where(entry.Namespace), $"No rule is about {entry} in that namespace.");
            asked.Add($"{entry.Verb} {groups[entry.Resource]}");

            // An apply that creates needs both verbs.
            if (entry is { Verb: "patch", Code: 201 })
                asked.Add($"create {groups[entry.Resource]}");
        }

        return [.. asked];
    }

    private static IReadOnlyList<string> Rules(JsonObject? role) =>
    [
        .. from rule in role?["rules"]?.AsArray() ?? []
           from verb in Texts(rule, "verbs")
           from apiGroup in Texts(rule, "apiGroups")
           from resource in Texts(rule, "resources")
           select $"{verb} {Qualified(resource, apiGroup)}",
    ];

    private static IEnumerable<string> Texts(JsonNode? rule, string field) => rule![field]!.AsArray().Select(item => item!.GetValue<string>());

    private static string Qualified(string resource, string group) =>
        group.Length == 0 ? resource
        : resource.Split('/') is [var plural, var subresource] ? $"{plural}.{group}/{subresource}"
        : $"{resource}.{group}";

    /// <summary>The resource of a rule, as the audit log names it, and in whole.</summary>
    private static (string Plural, string Qualified) ResourceOf(string rule)
    {
        var qualified = rule[(rule.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var subresource = qualified.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? qualified[slash..] : "";
        return (qualified.Split('.', '/')[0] + subresource, qualified);
    }

    private static IReadOnlyList<PermissionRequirement> AllDeclared()
    {
        using var kubeconfig = new TemporaryFile();
        File.WriteAllText(kubeconfig.Path, """
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{ name: test, context: { cluster: test, user: test } }]
            clusters: [{ name: test, cluster: { server: "http://127.0.0.1:1" } }]
            users: [{ name: test, user: {} }]
            """);
        var host = SiloHost.Build(new SiloSettings { Kubeconfig = kubeconfig.Path, Clustering = ClusteringKind.Kubernetes }, FooOperator.Build().Definition);

        // As inside a pod.
        host.Services.GetRequiredService<IOptions<KubernetesClusteringOptions>>().Value.PodWatch = true;
        return host.Services.GetPermissionRequirements();
    }

    private static string Text(PermissionRequirement permission) => $"{permission.Verb} {permission.QualifiedResource}";
}
