using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>The service account that a pod gets (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/).</summary>
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
            throw new KubeConfigurationException("The environment variable KUBERNETES_SERVICE_PORT is not a number: set it to the API server's port.");

        var token = BearerToken.In(TokenFile, time, logger);
        var authorities = new ReloadedFile<X509Certificate2Collection>([AuthorityFile], static texts => ServerTrust.Parse(texts[0]), time, logger);
        try
        {
            _ = (token.Current, authorities.Current);
            return new KubeConnection(new UriBuilder(Uri.UriSchemeHttps, host, port).Uri)
            {
                Namespace = File.Exists(NamespaceFile) ? File.ReadAllText(NamespaceFile).Trim() : null,
                Trust = ServerTrust.Of(authorities),
                Credentials = new StoredCredentials(null, token),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CredentialException)
        {
            throw new KubeConfigurationException(
                $"The pod's service account in {environment.ServiceAccount} cannot be read ({e.Message}): "
                + "check automountServiceAccountToken and the pod's security context.",
                e);
        }
    }
}
