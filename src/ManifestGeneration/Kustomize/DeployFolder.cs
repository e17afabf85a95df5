using System.Text.RegularExpressions;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.ManifestGeneration.Definitions;
using OrleansOperator.ManifestGeneration.Rbac;
using OrleansOperator.ManifestGeneration.Yaml;

namespace OrleansOperator.ManifestGeneration.Kustomize;

/// <summary>
/// The folder to deploy an operator from with kustomize: CRDs and roles come from its registrations, the rest from this project's own deploy/.
/// </summary>
public static partial class DeployFolder
{
    /// <summary>All files, by their path in the folder. The same operator gives the same files.</summary>
    /// <exception cref="ManifestException">An option is wrong, or a kind has no CRD.</exception>
    public static IReadOnlyDictionary<string, string> Generate(ManifestSource source, DeployOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems().ToList() is { Count: > 0 } problems)
            throw new ManifestException("The manifests", problems);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, text) in Templates.All)
            files[path] = Named(path, text, options);
        var crds = source.Kinds.ToDictionary(static kind => kind.Resource.Kind.ToLowerInvariant() + ".yaml", static kind => YamlText.Of(CrdGenerator.Generate(kind)));
        foreach (var (file, crd) in crds)
            files["crds/" + file] = crd;
        files["crds/Kustomization"] = Crds(crds.Keys.Append("orleanscluster.yaml"));
        var rules = PolicyRule.Of(source.Permissions.Where(static permission => permission.Scope == PermissionScope.Watched));
        files["components/cluster-wide/role.yaml"] = RoleText.Of(options.Name, isClusterWide: true, rules);
        if (source.Kinds.Any(static kind => kind.Resource.IsClusterScoped))
            RemoveOneNamespace(files);
        else
            files["components/one-namespace/role.yaml"] = RoleText.Of(options.Name, isClusterWide: false, rules);
        return files;
    }

    /// <summary>A file of deploy/ with the names of an operator.</summary>
    private static string Named(string path, string text, DeployOptions options)
    {
        text = Namespaces().Replace(text, match => match.Groups[1].Value + options.Namespace + match.Groups[2].Value);
        if (path.EndsWith("/namespace.yaml", StringComparison.Ordinal))
            return text.Replace($"name: {Templates.Name}\n", $"name: {options.Namespace}\n", StringComparison.Ordinal);
        text = OperatorName().Replace(text, options.Name);
        return path == "base/kustomization.yaml" ? Images().Replace(text, Image(options)) : text;
    }

    private static string Image(DeployOptions options) =>
        $"images:\n  - name: {options.Name}\n{(options.ImageName == options.Name ? "" : $"    newName: {options.ImageName}\n")}    newTag: {Quoted(options.Tag!)}\n";

    /// <summary>A tag such as 1.2 is a text, and must not be read as a number.</summary>
    private static string Quoted(string tag) => char.IsAsciiDigit(tag[0]) && tag.Split('.').Length < 3 ? $"\"{tag}\"" : tag;

    private static string Crds(IEnumerable<string> files) =>
        $"""
        # Named without .yaml so that "kubectl apply -f deploy/crds" leaves it out.
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
        {string.Concat(files.Order(StringComparer.Ordinal).Select(static file => $"  - {file}\n"))}
        """;

    /// <summary>Objects of cluster scope are out of reach of a Role.</summary>
    private static void RemoveOneNamespace(SortedDictionary<string, string> files)
    {
        foreach (var path in files.Keys.Where(static path => path.Contains("/one-namespace/", StringComparison.Ordinal)).ToList())
            files.Remove(path);
    }

    [GeneratedRegex($@"(namespace: |namespaces: \[){Templates.Name}(\]?\r?\n)")]
    private static partial Regex Namespaces();

    [GeneratedRegex($@"\b{Templates.Name}\b")]
    private static partial Regex OperatorName();

    [GeneratedRegex(@"images:\n(  .*\n)+")]
    private static partial Regex Images();
}
