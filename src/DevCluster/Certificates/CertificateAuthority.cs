using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansOperator.DevCluster.Certificates;

/// <summary>
/// The certificate authority of one server, in memory. Its keys are ECDSA on P-256: a certificate takes a fraction of a millisecond.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const int SerialBytes = 16;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>The names under which pods know an API server, besides those of this machine.</summary>
    private static readonly string[] ServiceNames =
        ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "localhost"];

    private readonly TimeProvider _clock;
    private readonly X509Certificate2 _certificate;

    /// <param name="clock">The server's clock. Clients have clocks of their own, so what is issued is valid by the system's clock too.</param>
    public CertificateAuthority(TimeProvider clock)
    {
        _clock = clock;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=devcluster-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(NotBefore, NotAfter(TimeSpan.FromDays(3650)));
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Certificate => X509CertificateLoader.LoadCertificate(_certificate.RawDataMemory.Span);

    /// <summary>The authority's certificate, as kubeconfigs carry it.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    private DateTimeOffset NotBefore => Earlier(_clock.GetUtcNow(), TimeProvider.System.GetUtcNow()).AddHours(-1);

    /// <summary>A certificate for the server: all names of this machine, and those that pods use.</summary>
    /// <param name="host">The host of the address that it listens on: a name, an address or a wildcard.</param>
    public X509Certificate2 IssueServing(string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in ServiceNames.Append(Dns.GetHostName()).Distinct(StringComparer.OrdinalIgnoreCase))
            names.AddDnsName(name);
        foreach (var address in AddressesOf(host))
            names.AddIpAddress(address);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName("kube-apiserver");
        return Issue(subject, ServerAuthentication, TimeSpan.FromDays(365), names);
    }

    /// <summary>A certificate for a user. The common name is the user's name, each organization a group (Kubernetes docs, "X.509 client certificates").</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="groups">The user's groups.</param>
    /// <param name="lifetime">How long it is valid; a year by default.</param>
    public X509Certificate2 IssueClient(string user, IEnumerable<string> groups, TimeSpan? lifetime = null)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var group in groups)
            subject.AddOrganizationName(group);
        subject.AddCommonName(user);
        return Issue(subject, ClientAuthentication, lifetime ?? TimeSpan.FromDays(365), null);
    }

    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Issue(X500DistinguishedNameBuilder subject, string usage, TimeSpan lifetime, SubjectAlternativeNameBuilder? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (names is not null)
            request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_certificate, NotBefore, NotAfter(lifetime), RandomNumberGenerator.GetBytes(SerialBytes));
        var certificate = issued.CopyWithPrivateKey(key);
        if (!OperatingSystem.IsWindows())
            return certificate;

        // Windows' TLS takes no keys that live in memory only.
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>No later than the authority itself, to the second, as certificates have it.</summary>
    private DateTimeOffset NotAfter(TimeSpan lifetime)
    {
        var end = Later(_clock.GetUtcNow(), lifetime < TimeSpan.FromDays(1) ? _clock.GetUtcNow() : TimeProvider.System.GetUtcNow()) + lifetime;
        return _certificate is null ? end : Earlier(end, _certificate.NotAfter);
    }

    private static IEnumerable<IPAddress> AddressesOf(string host)
    {
        yield return IPAddress.Loopback;
        yield return IPAddress.IPv6Loopback;
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var listening))
            listening = host is "*" or "+" ? IPAddress.Any : IPAddress.Loopback;
        if (!listening.Equals(IPAddress.Any) && !listening.Equals(IPAddress.IPv6Any))
        {
            if (!IPAddress.IsLoopback(listening) || !listening.Equals(IPAddress.Loopback))
                yield return listening;
            yield break;
        }

        foreach (var address in NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses))
        {
            if (!IPAddress.IsLoopback(address.Address))
                yield return address.Address;
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
