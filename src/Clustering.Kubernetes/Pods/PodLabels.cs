namespace OrleansOperator.Clustering.Kubernetes.Pods;

/// <summary>Finds the label selector of a silo's pods by the labels of its own.</summary>
internal static class PodLabels
{
    /// <summary>What names a workload, the better first: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/.</summary>
    private static readonly string[][] s_names =
    [
        ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component"],
        ["app.kubernetes.io/instance"],
        ["app", "release"],
        ["k8s-app"],
        ["run"],
    ];

    /// <summary>The selector; null when the labels do not name a workload, and all pods of the namespace are to be watched.</summary>
    public static string? Selector(IReadOnlyDictionary<string, string>? labels)
    {
        if (labels is null)
            return null;

        var names = s_names.FirstOrDefault(names => labels.ContainsKey(names[0]));
        return names is null ? null : string.Join(',', names.Where(labels.ContainsKey).Select(name => $"{name}={labels[name]}"));
    }

    /// <summary>Whether a selector of the form <c>key=value,key=value</c> selects these labels; null when it has another form.</summary>
    public static bool? Selects(string? selector, IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var term in (selector ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = term.Split('=', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || term.Contains('!', StringComparison.Ordinal) || term.Contains('(', StringComparison.Ordinal))
                return null;
            if (labels?.GetValueOrDefault(parts[0]) != parts[1])
                return false;
        }

        return true;
    }
}
