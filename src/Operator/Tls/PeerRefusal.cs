using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.Silo.Tls;

/// <summary>Why a peer is not let in.</summary>
/// <param name="Cause">What refusals of one kind have in common, for logs and metrics that count them.</param>
/// <param name="Reason">The reason for a reader.</param>
internal sealed record PeerRefusal(string Cause, string Reason)
{
    private const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    /// <summary>Every <see cref="Cause"/> there is.</summary>
    public static IReadOnlyList<string> Causes { get; } =
        ["no_handshake", "no_certificate", "authority", "expired", "not_yet_valid", "expired_authority", "usage", "name", "chain"];

    /// <summary>The peer opened a connection and showed no certificate.</summary>
    public static PeerRefusal NoCertificate { get; } = new("no_certificate", "the peer shows no certificate; start it with --tls-directory");

    /// <summary>The peer does not speak TLS, or broke off.</summary>
    public static PeerRefusal NoHandshake { get; } = new("no_handshake", "the peer does not complete a TLS handshake; start it with --tls-directory, or see its log");

    /// <summary>From what the platform says of a chain.</summary>
    public static PeerRefusal Of(X509Certificate2 certificate, X509ChainStatus[] problems, DateTimeOffset now, bool asServer)
    {
        var flags = problems.Aggregate(X509ChainStatusFlags.NoError, (all, problem) => all | problem.Status);
        var subject = OneLine.Of(certificate.Subject, 200);
        if ((flags & Untrusted) != 0)
            return new("authority", $"its certificate is not signed by an authority of ca.crt ({subject}, issued by {OneLine.Of(certificate.Issuer, 200)})");
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return now < certificate.NotBefore
                ? new("not_yet_valid", $"its certificate is not valid before {Time(certificate.NotBefore)} ({subject})")
                : now > certificate.NotAfter
                ? new("expired", $"its certificate expired at {Time(certificate.NotAfter)} ({subject})")
                : new("expired_authority", $"its certificate is signed by an authority that has expired or is not yet valid ({subject})");
        }

        if (flags.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            return new("usage", $"its certificate is not for TLS {(asServer ? "server" : "client")} authentication ({subject})");
        return new("chain", $"its certificate cannot be verified: {flags} ({subject})");
    }

    /// <summary>The certificate is good, and somebody else's.</summary>
    public static PeerRefusal WrongName(X509Certificate2 certificate, string name) =>
        new("name", $"its certificate does not have the DNS name {name} ({OneLine.Of(certificate.Subject, 200)})");

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
