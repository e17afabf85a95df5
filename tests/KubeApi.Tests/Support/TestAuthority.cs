using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansOperator.KubeApi.Tests.Support;

/// <summary>A certificate authority that lives as long as a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The authority as a kubeconfig's certificate-authority-data.</summary>
    public string Data => Base64(Certificate.ExportCertificatePem());

    public X509Certificate2 Server(string? dnsName = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (dnsName is null)
            names.AddIpAddress(IPAddress.Loopback);
        else
            names.AddDnsName(dnsName);

        return Issue("CN=server", names.Build()).Certificate;
    }

    public (string CertificatePem, string KeyPem) Client(string user)
    {
        var (certificate, key) = Issue("CN=" + user);
        using (certificate)
        using (key)
            return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public static string Base64(string pem) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private (X509Certificate2 Certificate, ECDsa Key) Issue(string subject, params X509Extension[] extensions)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);

        using var issued = request.Create(Certificate, Certificate.NotBefore, Certificate.NotAfter, RandomNumberGenerator.GetBytes(8));
        return (issued.CopyWithPrivateKey(key), key);
    }
}
