using System.Text.Json.Nodes;

namespace OrleansOperator.KubeApi.Configuration.Kubeconfigs;

/// <summary>A cluster of a kubeconfig. Paths are absolute.</summary>
internal sealed record KubeconfigCluster(string Name)
{
    /// <summary>URL of the API server.</summary>
    public string? Server { get; init; }

    /// <summary>The name that the server's certificate must have, in place of the URL's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether the server's certificate is not verified.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>File with the authorities that the server's certificate may come from.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>The same inline, in base64.</summary>
    public string? CertificateAuthorityData { get; init; }

    /// <summary>Proxy on the way to the server.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>Whether answers are to come uncompressed.</summary>
    public bool DisableCompression { get; init; }

    /// <summary>The extension <c>client.authentication.k8s.io/exec</c>, which is handed to exec plugins.</summary>
    public JsonNode? ExecConfig { get; init; }
}
