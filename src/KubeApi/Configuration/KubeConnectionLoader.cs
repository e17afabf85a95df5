using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi.Credentials;

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
            return new KubeConnection(new KubernetesClientConfiguration { Host = master });

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
                $"No cluster is configured: this is no pod with a service account, KUBECONFIG is not set and {usual} does not exist. "
                + "Give --kubeconfig FILE.");
    }

    private KubeConnection FromFiles(IReadOnlyList<string> paths, KubeApiOptions options)
    {
        var files = string.Join(Path.PathSeparator, paths);
        var kubeconfig = Kubeconfig.Read(paths);
        var contextName = string.IsNullOrEmpty(options.Context) ? kubeconfig.Config.CurrentContext : options.Context;
        if (string.IsNullOrEmpty(contextName))
        {
            throw new KubeConfigurationException(
                $"Kubeconfig {files} has no current-context: give --context NAME, one of {kubeconfig.ContextNames}.");
        }

        var context = kubeconfig.Context(contextName)
            ?? throw new KubeConfigurationException(
                $"Kubeconfig {files} has no context \"{contextName}\": give --context NAME, one of {kubeconfig.ContextNames}.");
        var user = kubeconfig.PrepareUser(context);
        try
        {
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(
                kubeconfig.Config, contextName, string.IsNullOrEmpty(options.Master) ? null : options.Master);
            if (user.TokenFile is { } tokenFile)
                configuration.TokenProvider = new TokenFileProvider(tokenFile, time, logger);
            else if (configuration.TokenProvider is not null && user.Exec is { } plugin)
                configuration.TokenProvider = new ExecTokenSource(plugin, time);

            return new KubeConnection(configuration, kubeconfig.Proxy(context));
        }
        catch (Exception e) when (e is not KubeConfigurationException)
        {
            // KubernetesClient throws exceptions of many kinds here, System.Exception among them.
            throw new KubeConfigurationException(
                $"Kubeconfig {files}, context \"{contextName}\", cannot be used: {Problem(e, user.Exec)}", e);
        }
    }

    private static string Problem(Exception e, ExternalExecution? plugin)
    {
        var line = e.Message.Split('\n', 2)[0].Trim();
        if (plugin is null || e is not KubeConfigException)
            return line;

        // The library wraps the plugin's failure twice, type names included.
        line = line[(line.LastIndexOf("Exception: ", StringComparison.Ordinal) is >= 0 and var at ? at + "Exception: ".Length : 0)..];
        var hint = string.IsNullOrWhiteSpace(plugin.InstallHint) ? "run it by hand to see what is wrong" : plugin.InstallHint.Trim();
        return $"its exec plugin \"{plugin.Command}\" gives no credentials ({line}); {hint.ReplaceLineEndings(" ")}";
    }
}
