using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansOperator.DevCluster.Authentication;

/// <summary>
/// Users by the certificates that they show (apiserver, <c>authentication/request/x509</c>): it has to come from the cluster's authority and
/// be for clients; the common name is the user, each organization a group.
/// </summary>
internal sealed class ClientCertificates(X509Certificate2 authority, TimeProvider clock)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";

    /// <summary>A connection shows the same certificate with each request.</summary>
    private readonly ConditionalWeakTable<X509Certificate2, Identity> _known = [];

    /// <summary>The user of a certificate; null for one that is not valid, or no longer.</summary>
    public UserInfo? Find(X509Certificate2 certificate)
    {
        var identity = _known.GetValue(certificate, Read);
        var now = clock.GetUtcNow();
        return now >= identity.NotBefore && now <= identity.NotAfter ? identity.User : null;
    }

    private Identity Read(X509Certificate2 certificate) =>
        new(Verify(certificate) ? UserOf(certificate) : null, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());

    private bool Verify(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));

        // Whether it is valid now is asked with each request, by the server's clock.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate);
    }

    private static UserInfo? UserOf(X509Certificate2 certificate)
    {
        string? user = null;
        var groups = new List<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (part.HasMultipleElements)
                continue;
            if (part.GetSingleElementType().Value == CommonName)
                user = part.GetSingleElementValue();
            else if (part.GetSingleElementType().Value == Organization && part.GetSingleElementValue() is { } group)
                groups.Add(group);
        }

        return string.IsNullOrEmpty(user) ? null : UserInfo.Of(user, groups);
    }

    private sealed record Identity(UserInfo? User, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
}
