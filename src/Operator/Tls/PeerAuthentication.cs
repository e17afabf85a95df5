using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;
using OrleansOperator.Observability;
using OrleansOperator.Silo.Hosting;

namespace OrleansOperator.Silo.Tls;

/// <summary>
/// Decides about the peers of this silo's connections, and logs who was refused: one line per cause and minute, however often they
/// try again.
/// </summary>
internal sealed class PeerAuthentication : IDisposable
{
    private readonly SiloCertificates _certificates;
    private readonly TimeProvider _time;
    private readonly TlsMetrics _metrics;
    private readonly LogSummary _refusals;

    public PeerAuthentication(SiloCertificates certificates, TlsMetrics metrics, TimeProvider time, ILogger<PeerAuthentication> logger)
    {
        (_certificates, _metrics, _time, _refusals) = (certificates, metrics, time, new LogSummary(logger, time));
        Options = new TlsOptions
        {
            LocalServerCertificateSelector = (_, _) => _certificates.Current.Certificate,

            // Orleans' own callback does not learn of which connection a certificate is, nor that none was shown. Hence the connection's
            // own below, and RequireAsync after it.
            RemoteCertificateMode = RemoteCertificateMode.NoCertificate,
            OnAuthenticateAsServer = (connection, options) => Demand(connection, (SslServerAuthenticationOptions)options.SslServerAuthenticationOptions),
            OnAuthenticateAsClient = (connection, options) => Demand(connection, (SslClientAuthenticationOptions)options.SslClientAuthenticationOptions),
        };
    }

    /// <summary>For the TLS of Orleans.</summary>
    public TlsOptions Options { get; }

    public void Dispose() => _refusals.Dispose();

    /// <summary>Around TLS: reports a connection that TLS ended.</summary>
    public async Task ReportAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        await next(connection);
        if (connection.Features.Get<ITlsApplicationProtocolFeature>() is not null)
            return;
        var refusal = connection.Features.Get<PeerRefusal>() ?? PeerRefusal.NoHandshake;
        _metrics.Refused(refusal.Cause);
        var peer = (connection.RemoteEndPoint as IPEndPoint)?.Address.Plain().ToString() ?? "unknown";
        _refusals.Report(LogLevel.Warning, "A connection between silos was refused", refusal.Cause, refusal.Reason, peer);
    }

    /// <summary>Within TLS: nothing passes without a certificate that was accepted.</summary>
    public static Task RequireAsync(ConnectionContext connection, ConnectionDelegate next) =>
        connection.Features.Get<AcceptedPeer>() is not null ? next(connection) : throw new InvalidOperationException("A connection passed TLS without a certificate.");

    private void Demand(ConnectionContext connection, SslServerAuthenticationOptions tls)
    {
        var identity = _certificates.Current;
        tls.ServerCertificate = null;
        tls.ServerCertificateSelectionCallback = null;
        tls.ServerCertificateContext = identity.Context;
        tls.ClientCertificateRequired = true;
        tls.CertificateChainPolicy = identity.PeerPolicy(asServer: false);

        // A resumed session would skip the check, and so outlive an authority that was removed.
        tls.AllowTlsResume = false;
        tls.RemoteCertificateValidationCallback = (_, certificate, chain, _) => Accept(connection, identity, certificate, chain, asServer: false);
    }

    private void Demand(ConnectionContext connection, SslClientAuthenticationOptions tls)
    {
        var identity = _certificates.Current;
        tls.ClientCertificates = null;
        tls.LocalCertificateSelectionCallback = null;
        tls.ClientCertificateContext = identity.Context;
        tls.TargetHost = identity.Name;
        tls.CertificateChainPolicy = identity.PeerPolicy(asServer: true);
        tls.AllowTlsResume = false;
        tls.RemoteCertificateValidationCallback = (_, certificate, chain, _) => Accept(connection, identity, certificate, chain, asServer: true);
    }

    private bool Accept(ConnectionContext connection, SiloIdentity identity, X509Certificate? shown, X509Chain? chain, bool asServer)
    {
        var refusal = shown is X509Certificate2 certificate
            ? identity.Refusal(certificate, chain?.ChainPolicy.ExtraStore ?? [], asServer, _time.GetUtcNow())
            : PeerRefusal.NoCertificate;
        if (refusal is null)
            connection.Features.Set(AcceptedPeer.Instance);
        else
            connection.Features.Set(refusal);
        return refusal is null;
    }

    /// <summary>Marks a connection whose peer was accepted.</summary>
    private sealed class AcceptedPeer
    {
        public static readonly AcceptedPeer Instance = new();
    }
}
