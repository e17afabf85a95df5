using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>
/// The service account that a pod gets. KubernetesClient's InClusterConfig knows it too, but only at one path and with a token
/// that is renewed by the minute alone.
/// </summary>
internal sealed class PodServiceAccount(KubeEnvironment environment)
{
    private string TokenFile => Path.Combine(environment.ServiceAccount, "token");

    private string AuthorityFile => Path.Combine(environment.ServiceAccount, "ca.crt");

    private string NamespaceFile => Path.Combine(environment.ServiceAccount, "namespace");

    /// <summary>Whether this process runs in a pod with a service account.</summary>
    public bool Exists =>
        environment.Variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 }
        && environment.Variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 }
        && File.Exists(TokenFile);

    public KubeConnection Load(TimeProvider time, ILogger logger)
    {
        var host = environment.Variable("KUBERNETES_SERVICE_HOST")!;
        if (!int.TryParse(environment.Variable("KUBERNETES_SERVICE_PORT"), out var port))
            throw new KubeConfigurationException("The environment variable KUBERNETES_SERVICE_PORT is no number: set it to the API server's port.");

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(AuthorityFile);
            return new KubeConnection(new KubernetesClientConfiguration
            {
                Host = new UriBuilder(Uri.UriSchemeHttps, host, port).Uri.AbsoluteUri,
                SslCaCerts = authorities,
                TokenProvider = new TokenFileProvider(TokenFile, time, logger),
                Namespace = File.Exists(NamespaceFile) ? File.ReadAllText(NamespaceFile).Trim() : null,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KubeConfigurationException(
                $"The pod's service account in {environment.ServiceAccount} cannot be read ({e.Message}): "
                + "check automountServiceAccountToken and the pod's security context.",
                e);
        }
    }
}
