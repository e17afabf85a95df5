using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using OrleansOperator.KubeApi.Configuration;

namespace OrleansOperator.KubeApi.Http;

/// <summary>Makes the connections' handler: TLS as the configuration says, HTTP/2 on several connections, keep-alive pings.</summary>
internal static class KubeHttpHandler
{
    public static SocketsHttpHandler Create(KubernetesClientConfiguration configuration, Uri? proxy)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            // As client-go: without pings a connection cut off silently would hold its watches for a quarter of an hour.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // The API server compresses answers beyond 128 KB.
            AutomaticDecompression = DecompressionMethods.GZip,
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        // Otherwise the proxies of the environment (HTTPS_PROXY, NO_PROXY) are used.
        if (proxy is not null)
            handler.Proxy = new WebProxy(proxy);

        SetTrust(handler.SslOptions, configuration);
        SetClientCertificate(handler.SslOptions, configuration);
        return handler;
    }

    [SuppressMessage("Security", "CA5359", Justification = "Used only when the kubeconfig says insecure-skip-tls-verify.")]
    private static void SetTrust(SslClientAuthenticationOptions tls, KubernetesClientConfiguration configuration)
    {
        if (configuration.SkipTlsVerify)
        {
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }
        else if (configuration.SslCaCerts is { Count: > 0 } authorities)
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

    private static void SetClientCertificate(SslClientAuthenticationOptions tls, KubernetesClientConfiguration configuration)
    {
        if (configuration.ClientCertificateData is not { Length: > 0 } certificateData
            || configuration.ClientCertificateKeyData is not { Length: > 0 } keyData)
        {
            return;
        }

        try
        {
            var pem = Encoding.UTF8.GetString(Convert.FromBase64String(certificateData));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            var certificate = X509Certificate2.CreateFromPem(pem, Encoding.UTF8.GetString(Convert.FromBase64String(keyData)));
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            throw new KubeConfigurationException(
                $"The client certificate for {configuration.Host} cannot be used ({e.Message}): "
                + "give client-certificate and client-key in PEM form, a pair that belongs together.",
                e);
        }
    }
}
