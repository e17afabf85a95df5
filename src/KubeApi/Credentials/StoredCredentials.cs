using System.Net.Http.Headers;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>Credentials from a kubeconfig and from files: an Authorization header, a client certificate, or both.</summary>
/// <param name="authorization">The header as it stands in the kubeconfig; null for none.</param>
/// <param name="tokenFile">File with a bearer token, in place of <paramref name="authorization"/>; null for none.</param>
/// <param name="certificate">The client certificate as it stands in the kubeconfig; null for none.</param>
/// <param name="certificateFiles">Files with the client certificate, in place of <paramref name="certificate"/>; null for none.</param>
internal sealed class StoredCredentials(
    AuthenticationHeaderValue? authorization,
    ReloadedFile<AuthenticationHeaderValue>? tokenFile = null,
    ClientCertificate? certificate = null,
    ReloadedFile<ClientCertificate>? certificateFiles = null) : ICredentialSource
{
    /// <inheritdoc/>
    public ValueTask<KubeCredentials> GetAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new KubeCredentials(tokenFile?.Current ?? authorization, certificateFiles?.Current ?? certificate));

    /// <inheritdoc/>
    public void Refuse(KubeCredentials refused)
    {
        if (tokenFile?.Current == refused.Authorization)
            tokenFile?.Expire();
        if (certificateFiles?.Current == refused.Certificate)
            certificateFiles?.Expire();
    }
}
