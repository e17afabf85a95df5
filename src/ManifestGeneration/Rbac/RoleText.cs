using System.Text;

namespace OrleansOperator.ManifestGeneration.Rbac;

/// <summary>A role and its binding to the operator's service account as YAML, with what each verb is for.</summary>
internal static class RoleText
{
    private const int Width = 140;

    /// <summary>The text; it ends with a line break.</summary>
    /// <param name="name">Name of the role, its binding and the service account.</param>
    /// <param name="isClusterWide">Whether it is a ClusterRole, or the Role of one namespace.</param>
    /// <param name="rules">What it allows.</param>
    public static string Of(string name, bool isClusterWide, IReadOnlyList<PolicyRule> rules)
    {
        var kind = isClusterWide ? "ClusterRole" : "Role";
        var text = new StringBuilder();
        text.Append($"""
            # What the operator may do {(isClusterWide ? "in all namespaces" : "in its own namespace")}: what its controllers need, and nothing else.
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {kind}
            metadata:
              name: {name}
            rules:

            """);
        foreach (var rule in rules)
        {
            foreach (var (verb, reason) in rule.Verbs)
                Comment(text, $"{verb}: to {reason}.");
            text.Append($"""
                  - apiGroups: [{(rule.Group.Length == 0 ? "\"\"" : rule.Group)}]
                    resources: [{rule.Resource}]
                    verbs: [{string.Join(", ", rule.Verbs.Select(static verb => verb.Verb))}]

                """);
        }

        text.Append($"""
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {kind}Binding
            metadata:
              name: {name}
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: {kind}
              name: {name}
            subjects:
              - kind: ServiceAccount
                name: {name}

            """);
        return text.ToString();
    }

    private static void Comment(StringBuilder text, string words)
    {
        var width = 0;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (width == 0 || width + word.Length + 1 > Width)
            {
                text.Append(width == 0 ? "  #" : "\n  #");
                width = 3;
            }

            text.Append(' ').Append(word);
            width += word.Length + 1;
        }

        text.Append('\n');
    }
}
