using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace OrleansOperator.Clustering.Kubernetes;

/// <summary>Checks <see cref="KubernetesClusteringOptions"/>; each failure names the option, its value and what it takes.</summary>
internal sealed partial class KubernetesClusteringOptionsValidator : IValidateOptions<KubernetesClusteringOptions>
{
    private const string NamespaceName = "the name of a namespace: at most 63 of a-z, 0-9 and -, with a letter or digit at both ends";

    public ValidateOptionsResult Validate(string? name, KubernetesClusteringOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(KubernetesClusteringOptions options)
    {
        if (options.Namespace is { Length: > 0 } ns && !DnsLabel().IsMatch(ns))
            yield return Failure(nameof(options.Namespace), ns, NamespaceName);

        if (options.PodNamespace is { Length: > 0 } podNs && !DnsLabel().IsMatch(podNs))
            yield return Failure(nameof(options.PodNamespace), podNs, NamespaceName);

        if (options.MaxDeadSilos is < 1 or > 500)
            yield return Failure(nameof(options.MaxDeadSilos), options.MaxDeadSilos, "from 1 to 500");

        if (options is { PodUid: { Length: > 0 } uid, PodName: null or "" })
            yield return Failure(nameof(options.PodUid), uid, "given together with PodName (environment variables POD_UID and POD_NAME)");
    }

    private static string Failure(string option, object value, string expected) =>
        FormattableString.Invariant($"{KubernetesClusteringOptions.Section}:{option} is \"{value}\"; it must be {expected}.");

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex DnsLabel();
}
