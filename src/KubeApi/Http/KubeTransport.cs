using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Http;

/// <summary>
/// The connections of one pair of client certificate and trusted authorities: HTTP/2 on several connections where TLS allows it,
/// with keep-alive pings. When either is replaced a new transport takes over, because a connection keeps what it was opened with.
/// </summary>
internal sealed class KubeTransport : IDisposable
{
    private readonly HttpMessageInvoker _http;

    public KubeTransport(KubeConnection connection, X509Certificate2Collection? authorities, ClientCertificate? certificate)
    {
        (Authorities, Certificate) = (authorities, certificate);
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            // As client-go: without pings a connection cut off silently would hold its watches for a quarter of an hour.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // The API server compresses answers beyond 128 KB.
            AutomaticDecompression = connection.DisableCompression ? DecompressionMethods.None : DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
            // Names of users and groups may have any characters.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
        // Otherwise the proxies of the environment (HTTPS_PROXY, NO_PROXY) are used.
        if (connection.Proxy is { } proxy)
            handler.Proxy = KubeProxy.Of(proxy);

        SetTrust(handler.SslOptions, connection.Trust, authorities);
        handler.SslOptions.ClientCertificateContext = certificate?.Context;
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>The authorities that its connections trust; null for the machine's.</summary>
    public X509Certificate2Collection? Authorities { get; }

    /// <summary>The client certificate that its connections show; null for none.</summary>
    public ClientCertificate? Certificate { get; }

    /// <summary>Sends a request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _http.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    [SuppressMessage("Security", "CA5359", Justification = "Used only when the kubeconfig says insecure-skip-tls-verify.")]
    private static void SetTrust(SslClientAuthenticationOptions tls, ServerTrust trust, X509Certificate2Collection? authorities)
    {
        if (trust.Anything)
        {
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }
        else if (authorities is not null)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // A cluster's own authority publishes no revocations.
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(authorities);
            policy.ExtraStore.AddRange(authorities);
            tls.CertificateChainPolicy = policy;
        }
    }
}
