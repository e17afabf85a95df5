using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace OrleansOperator.DevCluster.Certificates;

/// <summary>What a server that speaks HTTPS has: an authority, and the certificates that it issued for itself and for its administrator.</summary>
internal sealed class ServerTls : IAsyncDisposable
{
    private readonly CertificateAuthority _authority;
    private readonly X509Certificate2 _serving;
    private readonly Task<SslServerAuthenticationOptions> _options;

    /// <param name="address">The address to listen on.</param>
    /// <param name="clock">The server's clock.</param>
    public ServerTls(string address, TimeProvider clock)
    {
        _authority = new CertificateAuthority(clock);
        _serving = _authority.IssueServing(BindingAddress.Parse(address).Host);
        Certificate = _authority.Certificate;

        // It loads the machine's root certificates, which takes longer than all the rest: done by the time that somebody connects.
        _options = Task.Run(() => new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(_serving, null, offline: true),

            // Clients may show certificates. Whether these are good is for authentication to say, which answers with 401.
            ClientCertificateRequired = true,
#pragma warning disable CA5359
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        });
    }

    /// <summary>The authority's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority's certificate as PEM.</summary>
    public string Pem => _authority.CertificatePem;

    /// <summary>A certificate for a user.</summary>
    public X509Certificate2 IssueClient(string user, IEnumerable<string> groups, TimeSpan? lifetime = null) => _authority.IssueClient(user, groups, lifetime);

    /// <summary>Serves HTTPS on all addresses, as soon as there are certificates.</summary>
    public static void Configure(KestrelServerOptions kestrel, Task<ServerTls> tls) => kestrel.ConfigureEndpointDefaults(
        endpoint => endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = async _ => await (await tls)._options }));

    public async ValueTask DisposeAsync()
    {
        await _options;
        Certificate.Dispose();
        _serving.Dispose();
        _authority.Dispose();
    }
}
