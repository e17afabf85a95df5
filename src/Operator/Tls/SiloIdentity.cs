using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tls;

/// <summary>What a silo shows to the others, and what it asks of them: one state of the certificate folder.</summary>
internal sealed class SiloIdentity
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private SiloIdentity(X509Certificate2 certificate, X509Certificate2Collection intermediates, X509Certificate2Collection authorities, string name)
    {
        (Certificate, Authorities, Name) = (certificate, authorities, name);
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>The silo's own certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate with the intermediate ones of tls.crt, as it is shown.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The authorities of ca.crt, several during a rotation.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>
    /// The DNS name that the certificate of every silo has. Silos connect to IP addresses, which certificates do not have; the name
    /// is what keeps out other holders of certificates of the same authority.
    /// </summary>
    public string Name { get; }

    /// <summary>Reads the identity from the files, and checks that another silo with the same files would accept it.</summary>
    /// <param name="files">The files.</param>
    /// <param name="name">The DNS name of all silos' certificates; null for the first one of tls.crt that is no wildcard.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="SettingsException">It cannot be used; the message names the file and the problem.</exception>
    public static SiloIdentity Read(CertificateFiles files, string? name, DateTimeOffset now)
    {
        var authorities = new X509Certificate2Collection();
        var chain = new X509Certificate2Collection();
        Parse(files, CertificateFiles.Authorities, () => authorities.ImportFromPem(files.AuthoritiesPem));
        Parse(files, CertificateFiles.Certificate, () => chain.ImportFromPem(files.CertificatePem));
        if (authorities.Count == 0)
            throw files.Problem(CertificateFiles.Authorities, "has no certificate");
        if (chain.Count == 0)
            throw files.Problem(CertificateFiles.Certificate, "has no certificate");
        X509Certificate2? certificate = null;
        Parse(files, CertificateFiles.Key, () => certificate = WithKey(files));
        chain.RemoveAt(0);
        name ??= FirstName(certificate!)
            ?? throw files.Problem(CertificateFiles.Certificate, "has no DNS name that is not a wildcard: give the one of the silos' certificates with --tls-name");
        var identity = new SiloIdentity(certificate!, chain, authorities, name);
        foreach (var asServer in (bool[])[true, false])
        {
            if (identity.Refusal(certificate!, chain, asServer, now) is { } refusal)
                throw files.Problem(CertificateFiles.Certificate, $"would be refused by other silos: {refusal.Reason}");
        }

        return identity;
    }

    /// <summary>What TLS is to check of a peer's certificate.</summary>
    /// <param name="asServer">Whether the peer is the one that was connected to.</param>
    public X509ChainPolicy PeerPolicy(bool asServer)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,

            // A peer that is not yet trusted does not decide which addresses this silo fetches certificates from.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        policy.ApplicationPolicy.Add(new Oid(asServer ? ServerAuthentication : ClientAuthentication));
        return policy;
    }

    /// <summary>Why a peer's certificate is refused; null when it is accepted.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="intermediates">Those that the peer showed with it.</param>
    /// <param name="asServer">Whether the peer is the one that was connected to.</param>
    /// <param name="now">The time.</param>
    public PeerRefusal? Refusal(X509Certificate2 certificate, X509Certificate2Collection intermediates, bool asServer, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = PeerPolicy(asServer) };
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        if (!chain.Build(certificate))
            return PeerRefusal.Of(certificate, chain.ChainStatus, now, asServer);
        return certificate.MatchesHostname(Name, allowWildcards: true, allowCommonName: false) ? null : PeerRefusal.WrongName(certificate, Name);
    }

    private static X509Certificate2 WithKey(CertificateFiles files)
    {
        var certificate = X509Certificate2.CreateFromPem(files.CertificatePem, files.KeyPem);
        if (!OperatingSystem.IsWindows())
            return certificate;

        // Windows' TLS takes no key that exists in memory only.
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static void Parse(CertificateFiles files, string file, Action parse)
    {
        try
        {
            parse();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw files.Problem(file, file == CertificateFiles.Key ? "has no key in PEM that fits tls.crt" : $"has no certificates in PEM ({e.Message})");
        }
    }

    private static string? FirstName(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())
            .FirstOrDefault(name => !name.StartsWith('*'));
}
