using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// What a client and an exec plugin exchange
/// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/).
/// </summary>
internal sealed record ExecCredential(string? ApiVersion, string? Kind, ExecCredentialSpec? Spec = null, ExecCredentialStatus? Status = null);

/// <summary>What the plugin is told.</summary>
/// <param name="Cluster">The cluster, if the kubeconfig says that the plugin is told.</param>
/// <param name="Interactive">Whether the plugin may use standard input.</param>
internal sealed record ExecCredentialSpec(ExecCluster? Cluster, bool Interactive);

/// <summary>The cluster that credentials are for.</summary>
internal sealed record ExecCluster(
    string Server,
    [property: JsonPropertyName("tls-server-name")] string? TlsServerName,
    [property: JsonPropertyName("insecure-skip-tls-verify"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool InsecureSkipTlsVerify,
    [property: JsonPropertyName("certificate-authority-data")] string? CertificateAuthorityData,
    [property: JsonPropertyName("proxy-url")] string? ProxyUrl,
    [property: JsonPropertyName("disable-compression"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DisableCompression,
    JsonNode? Config);

/// <summary>What the plugin answers.</summary>
/// <param name="Token">A bearer token.</param>
/// <param name="ClientCertificateData">A client certificate in PEM.</param>
/// <param name="ClientKeyData">Its key in PEM.</param>
/// <param name="ExpirationTimestamp">When the plugin is to be run again; null for when they are refused.</param>
internal sealed record ExecCredentialStatus(string? Token, string? ClientCertificateData, string? ClientKeyData, DateTimeOffset? ExpirationTimestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecCredential))]
internal sealed partial class ExecJson : JsonSerializerContext;
