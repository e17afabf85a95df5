using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>What makes the API server's certificate trusted.</summary>
internal sealed class ServerTrust
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly ReloadedFile<X509Certificate2Collection>? _file;

    private ServerTrust(X509Certificate2Collection? authorities, ReloadedFile<X509Certificate2Collection>? file, bool anything) =>
        (_authorities, _file, Anything) = (authorities, file, anything);

    /// <summary>The authorities that this machine trusts.</summary>
    public static ServerTrust Machine { get; } = new(null, null, false);

    /// <summary>No certificate is verified: whoever answers at the address gets the credentials.</summary>
    public static ServerTrust Insecure { get; } = new(null, null, true);

    /// <summary>Whether no certificate is verified.</summary>
    public bool Anything { get; }

    /// <summary>The authorities that are trusted now, the same instance for as long as they are; null for the machine's.</summary>
    /// <exception cref="CredentialException">Their file cannot be read, and could not be before.</exception>
    public X509Certificate2Collection? Authorities => _file?.Current ?? _authorities;

    /// <summary>The authorities of a PEM text.</summary>
    /// <exception cref="CredentialException">It is not PEM, or has no certificate.</exception>
    public static ServerTrust Of(string pem) => new(Parse(pem), null, false);

    /// <summary>The authorities of a file, which may be replaced.</summary>
    public static ServerTrust Of(ReloadedFile<X509Certificate2Collection> file) => new(null, file, false);

    /// <summary>From PEM to certificates.</summary>
    /// <exception cref="CredentialException">It is not PEM, or has no certificate.</exception>
    public static X509Certificate2Collection Parse(string pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new CredentialException($"its certificate authorities cannot be read ({e.Message.TrimEnd('.')})", e);
        }

        return authorities.Count > 0 ? authorities : throw new CredentialException("its certificate authorities have no certificate in PEM form");
    }

    /// <summary>Looks for newer authorities: the server has shown a certificate that these do not know.</summary>
    public void Expire() => _file?.Expire();
}
