using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansOperator.Silo.Tests.Support;

/// <summary>A certificate authority that lives as long as a test.</summary>
internal sealed class TestCertificates
{
    public const string Name = "silo.example.svc";

    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _above;

    /// <summary>Creates an authority: a root, or one that another has signed.</summary>
    public TestCertificates(string name = "test authority", TestCertificates? parent = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
        Certificate = parent is null
            ? request.CreateSelfSigned(from, to)
            : request.Create(parent.Certificate, parent.Certificate.NotBefore, parent.Certificate.NotAfter, Serial()).CopyWithPrivateKey(_key);
        _above = parent is null ? "" : Certificate.ExportCertificatePem() + "\n" + parent._above;
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>A certificate, with intermediate ones after it, and its key.</summary>
    public (string CertificatePem, string KeyPem) Issue(
        string? name = Name, DateTimeOffset? from = null, DateTimeOffset? to = null, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        if (name is not null)
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        if (usages.Length > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. usages.Select(usage => new Oid(usage))], false));
        using var issued = request.Create(Certificate, from ?? DateTimeOffset.UtcNow.AddDays(-1), to ?? DateTimeOffset.UtcNow.AddDays(1), Serial());
        return (issued.ExportCertificatePem() + "\n" + _above, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes a folder as cert-manager has it mounted.</summary>
    public void WriteTo(string folder, (string CertificatePem, string KeyPem)? issued = null, string? authorities = null)
    {
        var (certificate, key) = issued ?? Issue();
        WriteTo(folder, certificate, key, authorities ?? Pem);
    }

    /// <summary>
    /// Replaces the files as the kubelet does: into a folder of their own, to which the link <c>..data</c> is moved; the files
    /// themselves are links through it.
    /// </summary>
    public static void WriteTo(string folder, string certificate, string key, string authorities)
    {
        var version = $"..{Guid.NewGuid():N}";
        Directory.CreateDirectory(Path.Combine(folder, version));
        foreach (var (file, text) in new[] { ("tls.crt", certificate), ("tls.key", key), ("ca.crt", authorities) })
        {
            File.WriteAllText(Path.Combine(folder, version, file), text);
            if (!File.Exists(Path.Combine(folder, file)))
                File.CreateSymbolicLink(Path.Combine(folder, file), Path.Combine("..data", file));
        }

        var (link, draft) = (Path.Combine(folder, "..data"), Path.Combine(folder, "..data_tmp"));
        var last = Directory.Exists(link) ? new DirectoryInfo(link).ResolveLinkTarget(false) as DirectoryInfo : null;
        Directory.CreateSymbolicLink(draft, version);
        Assert.Equal(0, Rename(draft, link));
        last?.Delete(recursive: true);
    }

    /// <summary>.NET moves no links to folders.</summary>
    [DllImport("libc", EntryPoint = "rename")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private static byte[] Serial() => RandomNumberGenerator.GetBytes(8);
}
