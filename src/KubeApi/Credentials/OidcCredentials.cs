using k8s.Authentication;
using k8s.Exceptions;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>The id token of an OpenID Connect provider, which KubernetesClient refreshes when it has expired.</summary>
internal sealed class OidcCredentials(IReadOnlyDictionary<string, string> config) : ICredentialSource
{
    private readonly OidcTokenProvider _tokens = new(
        config.GetValueOrDefault("client-id"), config.GetValueOrDefault("client-secret"), config.GetValueOrDefault("idp-issuer-url"),
        config.GetValueOrDefault("id-token"), config.GetValueOrDefault("refresh-token"));

    /// <inheritdoc/>
    public async ValueTask<KubeCredentials> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new KubeCredentials(await _tokens.GetAuthenticationHeaderAsync(cancellationToken), null);
        }
        catch (Exception e) when (e is KubernetesClientException or KubeConfigException)
        {
            throw new CredentialException("the OIDC provider gives no token: " + e.Message.Split('\n', 2)[0].Trim(), e);
        }
    }

    /// <inheritdoc/>
    public void Refuse(KubeCredentials refused)
    {
        // A token that has not expired is refused for a reason that another of the same provider would not change.
    }
}
