using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>An API server, the credentials for it and the way to it.</summary>
/// <param name="Server">URL of the API server.</param>
internal sealed record KubeConnection(Uri Server)
{
    /// <summary>The namespace of the pod or of the kubeconfig's context; null when there is none.</summary>
    public string? Namespace { get; init; }

    /// <summary>What makes the server's certificate trusted.</summary>
    public ServerTrust Trust { get; init; } = ServerTrust.Machine;

    /// <summary>The name that the server's certificate must have, in place of the URL's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Who this client is.</summary>
    public ICredentialSource Credentials { get; init; } = new StoredCredentials(null);

    /// <summary>Whom it acts as; null for itself.</summary>
    public Impersonation? Impersonate { get; init; }

    /// <summary>The kubeconfig's <c>proxy-url</c>; null leaves it to the environment.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whether answers are to come uncompressed.</summary>
    public bool DisableCompression { get; init; }
}
