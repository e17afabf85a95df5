using System.Text;
using k8s;
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
        kubeconfig.EnsureComplete(contextName, context);
        var user = kubeconfig.PrepareUser(context);
        var plugin = user.Credentials?.ExternalExecution is { } exec ? new ExecPlugin(exec) : null;
        try
        {
            var first = plugin?.Run();
            if (first is not null)
                Take(first, user.Credentials!);
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigObject(
                kubeconfig.Config, contextName, string.IsNullOrEmpty(options.Master) ? null : options.Master);
            if (user.TokenFile is { } tokenFile)
                configuration.TokenProvider = new TokenFileProvider(tokenFile, time, logger);
            else if (first?.Token is not null)
                configuration.TokenProvider = new ExecTokenSource(plugin!, first, time);

            return new KubeConnection(configuration, kubeconfig.Proxy(context));
        }
        catch (Exception e) when (e is not KubeConfigurationException)
        {
            // KubernetesClient throws exceptions of many kinds here, System.Exception among them.
            var remedy = e is ExecPluginException ? $"; {plugin!.Hint}" : "";
            throw new KubeConfigurationException(
                $"Kubeconfig {files}, context \"{contextName}\", cannot be used: {e.Message.Split('\n', 2)[0].Trim()}{remedy}", e);
        }
    }

    /// <summary>KubernetesClient takes what the plugin printed as if it had been in the file, where certificates are in base64.</summary>
    private static void Take(ExecCredential credential, UserCredentials user)
    {
        user.ExternalExecution = null;
        user.Token = credential.Token;
        if (credential is not { ClientCertificate: { } certificate, ClientKey: { } key })
            return;
        user.ClientCertificateData = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate));
        user.ClientKeyData = Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
    }
}
