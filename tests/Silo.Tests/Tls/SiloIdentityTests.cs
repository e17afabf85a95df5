using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Tests.Support;
using OrleansOperator.Silo.Tls;

namespace OrleansOperator.Silo.Tests.Tls;

/// <summary>Which certificates a silo starts with, and which peers it lets in.</summary>
public sealed class SiloIdentityTests
{
    private const string Server = TestCertificates.ServerAuthentication, Client = TestCertificates.ClientAuthentication;

    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;
    private static readonly TestCertificates s_authority = new();
    private static readonly TestCertificates s_other = new("other authority");

    [Fact]
    public void A_silo_of_the_same_authority_and_name_is_let_in()
    {
        Assert.Null(Refusal(s_authority.Issue()));
        Assert.Null(Refusal(s_authority.Issue(usages: [Server, Client])));
        Assert.Null(Refusal(s_authority.Issue("*.example.svc")));
    }

    [Fact]
    public void Intermediate_authorities_are_taken_from_the_peer()
    {
        var intermediate = new TestCertificates("intermediate", s_authority);

        Assert.Null(Refusal(intermediate.Issue()));
    }

    [Fact]
    public void During_a_rotation_several_authorities_are_trusted()
    {
        var identity = Identity(s_authority.Issue(), s_authority.Pem + s_other.Pem);

        Assert.Equal(2, identity.Authorities.Count);
        Assert.Null(Refusal(s_other.Issue(), identity));
        Assert.Null(Refusal(s_authority.Issue(), identity));
    }

    public static TheoryData<string, string> Strangers
    {
        get
        {
            var (past, future) = (s_now.AddHours(-1), s_now.AddHours(1));
            return new()
            {
                { "other authority", "its certificate is not signed by an authority of ca.crt (CN=silo, issued by CN=other authority)" },
                { "expired", $"its certificate expired at {past.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)} (CN=silo)" },
                { "early", $"its certificate is not valid before {future.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)} (CN=silo)" },
                { "other name", "its certificate does not have the DNS name silo.example.svc (CN=silo)" },
                { "no name", "its certificate does not have the DNS name silo.example.svc (CN=silo)" },
                { "server only", "its certificate is not for TLS client authentication (CN=silo)" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public void A_stranger_is_refused_with_the_reason(string stranger, string reason)
    {
        var (past, future) = (s_now.AddHours(-1), s_now.AddHours(1));
        var issued = stranger switch
        {
            "other authority" => s_other.Issue(),
            "expired" => s_authority.Issue(to: past),
            "early" => s_authority.Issue(from: future),
            "other name" => s_authority.Issue("billing.example.svc"),
            "no name" => s_authority.Issue(name: null),
            "server only" => s_authority.Issue(usages: Server),
            _ => throw new ArgumentOutOfRangeException(nameof(stranger)),
        };

        Assert.Equal(reason, Refusal(issued)?.Reason);
    }

    [Fact]
    public void The_server_s_certificate_has_to_be_for_servers()
    {
        using var peer = X509Certificate2.CreateFromPem(s_authority.Issue(usages: Client).CertificatePem);

        Assert.Equal("its certificate is not for TLS server authentication (CN=silo)", Identity(s_authority.Issue()).Refusal(peer, [], asServer: true, s_now)?.Reason);
    }

    [Fact]
    public void The_name_is_the_first_of_the_certificate_unless_given()
    {
        Assert.Equal("silo.example.svc", Identity(s_authority.Issue()).Name);
        Assert.Equal("a.example.svc", SiloIdentity.Read(Files(s_authority.Issue("*.example.svc"), s_authority.Pem), "a.example.svc", s_now).Name);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "no authority", "/f/ca.crt has no certificate." },
        { "no certificate", "/f/tls.crt has no certificate." },
        { "garbage", "/f/tls.crt has no certificates in PEM (" },
        { "other key", "/f/tls.key has no key in PEM that fits tls.crt." },
        { "no key", "/f/tls.key has no key in PEM that fits tls.crt." },
        { "only a wildcard", "/f/tls.crt has no DNS name that is not a wildcard: give the one of the silos' certificates with --tls-name." },
        { "expired", "/f/tls.crt would be refused by other silos: its certificate expired at " },
        { "other authority", "/f/tls.crt would be refused by other silos: its certificate is not signed by an authority of ca.crt (CN=silo, issued by CN=other authority)." },
        { "server only", "/f/tls.crt would be refused by other silos: its certificate is not for TLS client authentication (CN=silo)." },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Files_that_cannot_be_used_are_named(string files, string problem)
    {
        var (certificate, key) = s_authority.Issue();
        var read = files switch
        {
            "no authority" => Files((certificate, key), ""),
            "no certificate" => Files(("", key), s_authority.Pem),
            "garbage" => Files(("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", key), s_authority.Pem),
            "other key" => Files((certificate, s_authority.Issue().KeyPem), s_authority.Pem),
            "no key" => Files((certificate, "key"), s_authority.Pem),
            "only a wildcard" => Files(s_authority.Issue("*.example.svc"), s_authority.Pem),
            "expired" => Files(s_authority.Issue(to: s_now.AddHours(-1)), s_authority.Pem),
            "other authority" => Files(s_other.Issue(), s_authority.Pem),
            "server only" => Files(s_authority.Issue(usages: Server), s_authority.Pem),
            _ => throw new ArgumentOutOfRangeException(nameof(files)),
        };

        var error = Assert.Throws<SettingsException>(() => SiloIdentity.Read(read, null, s_now));

        Assert.StartsWith("--tls-directory: " + problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static SiloIdentity Identity((string CertificatePem, string KeyPem) own, string? authorities = null) =>
        SiloIdentity.Read(Files(own, authorities ?? s_authority.Pem), null, s_now);

    private static CertificateFiles Files((string CertificatePem, string KeyPem) own, string authorities) => new("/f", own.CertificatePem, own.KeyPem, authorities);

    private static PeerRefusal? Refusal((string CertificatePem, string KeyPem) shown, SiloIdentity? identity = null)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(shown.CertificatePem);
        var peer = certificates[0];
        certificates.RemoveAt(0);
        return (identity ?? Identity(s_authority.Issue())).Refusal(peer, certificates, asServer: false, s_now);
    }
}
