using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Roles and what binds them.</summary>
internal static class RbacChecks
{
    private const string Group = "rbac.authorization.k8s.io";

    public static void Role(Subject role)
    {
        foreach (var rule in role.Items("rules"))
            Rule(rule, isNamespaced: true);
    }

    public static void ClusterRole(Subject role)
    {
        foreach (var rule in role.Items("rules"))
            Rule(rule, isNamespaced: false);
        if (role.In("aggregationRule") is { } aggregation && !aggregation.Has("clusterRoleSelectors"))
            aggregation.Required("clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil");
    }

    public static void RoleBinding(Subject binding)
    {
        var isNamespaced = binding.Type.Name == "rbac/RoleBinding";
        var reference = binding.In("roleRef")!;
        if (reference.Text("kind") != "ClusterRole" && !(isNamespaced && reference.Text("kind") == "Role"))
            reference.NotSupported("kind", isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]);
        if (!isNamespaced)
        {
            foreach (var subject in binding.Items("subjects").Where(subject => subject.Text("kind") == "ServiceAccount" && !subject.Has("namespace")))
                subject.Required("namespace");
        }

        if (binding.Changes("roleRef"))
            binding.Invalid("roleRef", "cannot change roleRef");
    }

    public static void RoleSubject(Subject subject)
    {
        switch (subject.Text("kind"))
        {
            case "ServiceAccount":
                subject.Invalid("name", subject.Text("name"), subject.Has("name") ? Names.DnsSubdomain(subject.Text("name")) : []);
                if (subject.Has("apiGroup"))
                    subject.NotSupported("apiGroup", "");
                break;
            case "User" or "Group":
                if (subject.Text("apiGroup") != Group)
                    subject.NotSupported("apiGroup", Group);
                break;
            default:
                subject.NotSupported("kind", "ServiceAccount", "User", "Group");
                break;
        }
    }

    private static void Rule(Subject rule, bool isNamespaced)
    {
        if (rule.Has("nonResourceURLs"))
        {
            if (isNamespaced)
                rule.Invalid("nonResourceURLs", "namespaced rules cannot apply to non-resource URLs");
            if (rule.Has("apiGroups") || rule.Has("resources") || rule.Has("resourceNames"))
                rule.Invalid("nonResourceURLs", "rules cannot apply to both regular resources and non-resource URLs");
            return;
        }

        if (!rule.Has("apiGroups"))
            rule.Required("apiGroups", "resource rules must supply at least one api group");
        if (!rule.Has("resources"))
            rule.Required("resources", "resource rules must supply at least one resource");
    }
}
