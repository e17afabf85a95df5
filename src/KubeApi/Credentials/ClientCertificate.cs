using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>A client certificate with its key and the certificates between it and its authority.</summary>
internal sealed class ClientCertificate
{
    private ClientCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        NotAfter = certificate.NotAfter;
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>When it expires.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>What a TLS connection shows.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads a certificate, followed by those of its issuers, and its key.</summary>
    /// <exception cref="CredentialException">They are not PEM, or do not belong together.</exception>
    public static ClientCertificate FromPem(string certificate, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            return new ClientCertificate(X509Certificate2.CreateFromPem(certificate, key), chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CredentialException(
                $"the client certificate cannot be used ({e.Message.TrimEnd('.')}): certificate and key must be in PEM form and belong together", e);
        }
    }
}
