using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi.Configuration.Kubeconfigs;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>Finds the API server and the credentials that <see cref="KubeApiOptions"/> and the environment mean.</summary>
internal sealed class KubeConnectionLoader(KubeEnvironment environment, TimeProvider time, ILogger logger)
{
    /// <exception cref="KubeConfigurationException">It cannot be found out which, or with what credentials.</exception>
    public KubeConnection Load(KubeApiOptions options)
    {
        if (options.Kubeconfig is { Length: > 0 } path)
            return FromFiles([path], options);

        var anyCluster = string.IsNullOrEmpty(options.Context);
        if (anyCluster && options.Master is { Length: > 0 } master)
            return new KubeConnection(new Uri(master));

        var pod = new PodServiceAccount(environment);
        if (anyCluster && pod.Exists)
            return pod.Load(time, logger);

        return FromFiles(UsualFiles(), options);
    }

    private List<string> UsualFiles()
    {
        // As kubectl: files of the list that are absent are passed over.
        if (environment.Variable("KUBECONFIG") is { Length: > 0 } list)
        {
            var files = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(static file => file.Trim('"')).Where(File.Exists).ToList();
            return files.Count > 0
                ? files
                : throw new KubeConfigurationException(
                    $"No file that the environment variable KUBECONFIG names exists ({list}): correct it, or give --kubeconfig FILE.");
        }

        var usual = Path.Combine(environment.Home, ".kube", "config");
        return File.Exists(usual)
            ? [usual]
            : throw new KubeConfigurationException(
                $"No cluster is configured: this is not a pod with a service account, KUBECONFIG is not set and {usual} does not exist. "
                + "Give --kubeconfig FILE.");
    }

    private KubeConnection FromFiles(IReadOnlyList<string> paths, KubeApiOptions options)
    {
        var kubeconfig = Kubeconfig.Read(paths);
        var name = string.IsNullOrEmpty(options.Context) ? kubeconfig.CurrentContext : options.Context;
        if (name is null)
        {
            throw new KubeConfigurationException(
                $"Kubeconfig {kubeconfig.Files} has no current-context: give --context NAME, one of {kubeconfig.ContextNames}.");
        }

        var context = kubeconfig.Context(name)
            ?? throw new KubeConfigurationException(
                $"Kubeconfig {kubeconfig.Files} has no context \"{name}\": give --context NAME, one of {kubeconfig.ContextNames}.");
        return new ContextConnection(kubeconfig, context, environment, time, logger).Build(options.Master);
    }
}
