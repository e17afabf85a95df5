using System.Text.RegularExpressions;
using OrleansOperator.DevCluster;

namespace OrleansOperator.Integration.Support;

/// <summary>The operator's ServiceAccount, with the roles that deploy/ gives it: what the tests run it as, so that a missing permission fails them.</summary>
internal static partial class OperatorAccount
{
    private const string Name = "orleans-operator";

    private static readonly string[][] Files =
        [["base", "service-account.yaml"], ["base", "membership-role.yaml"], ["components", "cluster-wide", "role.yaml"]];

    /// <summary>Installs the account in a namespace, and writes a kubeconfig with a token of it.</summary>
    /// <param name="cluster">The API server.</param>
    /// <param name="path">The kubeconfig.</param>
    /// <param name="ns">The namespace, in which the membership of silos is too.</param>
    public static async Task WriteOperatorKubeconfigAsync(this DevClusterServer cluster, string path, string ns = "default")
    {
        foreach (var manifest in Manifests(ns))
            await cluster.ApplyAsync(manifest, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, cluster.KubeconfigForServiceAccount(ns, Name), TestContext.Current.CancellationToken);
    }

    /// <summary>The account and its roles in a namespace, as kustomize would write them.</summary>
    public static IEnumerable<string> Manifests(string ns) =>
        from file in Files
        let manifest = Metadata().Replace(Support.Manifests.File(["deploy", .. file]), $"metadata:\n  namespace: {ns}\n")
        select Subject().Replace(manifest, $"- kind: ServiceAccount\n    namespace: {ns}\n");

    [GeneratedRegex(@"^metadata:\r?\n", RegexOptions.Multiline)]
    private static partial Regex Metadata();

    [GeneratedRegex(@"- kind: ServiceAccount\r?\n")]
    private static partial Regex Subject();
}
