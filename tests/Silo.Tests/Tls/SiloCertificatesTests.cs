using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Tests.Support;
using OrleansOperator.Silo.Tls;

namespace OrleansOperator.Silo.Tests.Tls;

/// <summary>The certificate folder while the kubelet and cert-manager replace what is in it.</summary>
public sealed class SiloCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls-").FullName;
    private readonly TestCertificates _authority = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly LineLogger<SiloCertificates> _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Replaced_files_are_used_from_then_on()
    {
        _authority.WriteTo(_folder);
        using var certificates = Certificates();
        var first = certificates.Current;

        certificates.Reload();
        Assert.Same(first, certificates.Current);
        _authority.WriteTo(_folder);
        certificates.Reload();

        Assert.NotEqual(first.Certificate.SerialNumber, certificates.Current.Certificate.SerialNumber);
        Assert.StartsWith($"Information: New certificates in {_folder}: new connections use them.", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_added_authority_is_trusted_and_a_removed_one_no_longer()
    {
        var next = new TestCertificates("next authority");
        var own = _authority.Issue();
        _authority.WriteTo(_folder, own);
        using var certificates = Certificates();

        _authority.WriteTo(_folder, own, _authority.Pem + next.Pem);
        certificates.Reload();
        Assert.Equal(2, certificates.Current.Authorities.Count);

        next.WriteTo(_folder);
        certificates.Reload();
        Assert.Equal(next.Certificate.Thumbprint, Assert.Single(certificates.Current.Authorities).Thumbprint);
    }

    [Fact]
    public void What_cannot_be_used_is_logged_once_and_the_last_certificates_stay()
    {
        _authority.WriteTo(_folder);
        using var certificates = Certificates();
        var first = certificates.Current;

        TestCertificates.WriteTo(_folder, _authority.Issue().CertificatePem, _authority.Issue().KeyPem, _authority.Pem);
        for (var i = 0; i < 3; i++)
            certificates.Reload();
        Assert.Same(first, certificates.Current);
        Assert.StartsWith("Error: New certificates cannot be used; the last ones stay in use, valid until ", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.EndsWith($"--tls-directory: {_folder}/tls.key has no key in PEM that fits tls.crt.", _log.Lines[0], StringComparison.Ordinal);

        File.Delete(Path.Combine(_folder, "..data"));
        certificates.Reload();
        Assert.Same(first, certificates.Current);
        Assert.EndsWith($"--tls-directory: {_folder}/tls.crt does not exist.", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_not_renewed_is_logged_once_before_it_expires()
    {
        _authority.WriteTo(_folder, _authority.Issue(to: _time.GetUtcNow().AddHours(12)));
        using var certificates = Certificates();

        certificates.Reload();
        Assert.Empty(_log.Lines);
        _time.Advance(TimeSpan.FromHours(7));
        certificates.Reload();
        certificates.Reload();

        Assert.StartsWith($"Error: The certificate in {_folder} expires at ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_links_is_read_too()
    {
        var (certificate, key) = _authority.Issue();
        File.WriteAllText(Path.Combine(_folder, "tls.crt"), certificate);
        File.WriteAllText(Path.Combine(_folder, "tls.key"), key);
        Assert.Equal($"--tls-directory: {_folder}/ca.crt does not exist.", Assert.Throws<SettingsException>(Certificates).Message);
        File.WriteAllText(Path.Combine(_folder, "ca.crt"), _authority.Pem);

        using var certificates = Certificates();

        Assert.Equal(TestCertificates.Name, certificates.Current.Name);
    }

    private SiloCertificates Certificates() => new(_folder, null, _time, _log);
}
