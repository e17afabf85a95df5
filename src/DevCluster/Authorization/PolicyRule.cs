using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>One rule of a role: what it allows (Kubernetes, <c>pkg/apis/rbac/v1/evaluation_helpers.go</c>).</summary>
internal sealed record PolicyRule(string[] Verbs, string[] ApiGroups, string[] Resources, string[] ResourceNames, string[] NonResourceUrls)
{
    private const string All = "*";

    public static PolicyRule Of(JsonNode? rule) => new(
        Texts(rule, "verbs"), Texts(rule, "apiGroups"), Texts(rule, "resources"), Texts(rule, "resourceNames"), Texts(rule, "nonResourceURLs"));

    /// <summary>The rules of a role.</summary>
    public static PolicyRule[] In(JsonNode? role) => [.. (role.List("rules") ?? []).Select(Of)];

    public bool Allows(in RequestAttributes request)
    {
        if (!Has(Verbs, request.Verb))
            return false;
        if (request.Path is { } path)
            return AllowsPath(path);
        return Has(ApiGroups, request.Group) && AllowsResource(request.Resource, request.Subresource)
            && (ResourceNames.Length == 0 || Array.IndexOf(ResourceNames, request.Name ?? "") >= 0);
    }

    /// <summary>Whether all that another rule allows is allowed by this one too (<c>component-helpers/auth/rbac/validation.ruleCovers</c>).</summary>
    public bool Covers(PolicyRule other) =>
        Covers(Verbs, other.Verbs) && Covers(ApiGroups, other.ApiGroups)
        && Array.TrueForAll(other.Resources, CoversResource)
        && (ResourceNames.Length == 0 || (other.ResourceNames.Length > 0 && Array.TrueForAll(other.ResourceNames, name => ResourceNames.Contains(name))))
        && Array.TrueForAll(other.NonResourceUrls, url => AllowsPath(url));

    /// <summary>The rule as rules of one verb, group, resource, name or path each.</summary>
    public IEnumerable<PolicyRule> BrokenDown()
    {
        foreach (var verb in Verbs)
        {
            foreach (var url in NonResourceUrls)
                yield return new([verb], [], [], [], [url]);
            foreach (var group in ApiGroups)
            {
                foreach (var resource in Resources)
                {
                    if (ResourceNames.Length == 0)
                        yield return new([verb], [group], [resource], [], []);
                    foreach (var name in ResourceNames)
                        yield return new([verb], [group], [resource], [name], []);
                }
            }
        }
    }

    /// <summary>The rule as error messages show it (<c>rbac/v1 helpers.CompactString</c>).</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        Add("APIGroups", ApiGroups);
        Add("Resources", Resources);
        Add("NonResourceURLs", NonResourceUrls);
        Add("ResourceNames", ResourceNames);
        Add("Verbs", Verbs);
        return $"{{{string.Join(", ", parts)}}}";

        void Add(string name, string[] values)
        {
            if (values.Length > 0)
                parts.Add($"{name}:[{string.Join(' ', values.Select(GoText.Quote))}]");
        }
    }

    private bool AllowsResource(string resource, string? subresource)
    {
        foreach (var allowed in Resources)
        {
            if (allowed == All)
                return true;
            if (string.IsNullOrEmpty(subresource))
            {
                if (allowed == resource)
                    return true;
                continue;
            }

            // Without putting the two together: this is asked with each request.
            var slash = allowed.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0 && allowed.AsSpan(slash + 1).SequenceEqual(subresource)
                && (allowed.AsSpan(0, slash).SequenceEqual(resource) || allowed.AsSpan(0, slash) is All))
            {
                return true;
            }
        }

        return false;
    }

    private bool CoversResource(string resource) =>
        Resources.Contains(All) || Resources.Contains(resource)
        || (resource.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash && Resources.Contains("*" + resource[slash..]));

    private bool AllowsPath(string path)
    {
        foreach (var allowed in NonResourceUrls)
        {
            if (allowed == All || allowed == path || (allowed.EndsWith('*') && path.AsSpan().StartsWith(allowed.AsSpan(0, allowed.Length - 1), StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    private static bool Has(string[] allowed, string value)
    {
        foreach (var one in allowed)
        {
            if (one == All || one == value)
                return true;
        }

        return false;
    }

    private static bool Covers(string[] allowed, string[] wanted) => allowed.Contains(All) || Array.TrueForAll(wanted, value => allowed.Contains(value));

    private static string[] Texts(JsonNode? rule, string field) => [.. (rule.List(field) ?? []).Select(value => value?.ToString() ?? "")];
}
