using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Http;

/// <summary>
/// Sends requests with the credentials that are valid now. When the API server refuses them (401) and there are newer ones, the
/// request goes out once more: it was refused before anything was done.
/// </summary>
internal sealed class KubeHttpHandler(KubeConnection connection) : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly AuthenticationHeaderValue? _proxyAuthorization =
        connection.Server.Scheme == Uri.UriSchemeHttp ? KubeProxy.Authorization(connection.Proxy) : null;

    private KubeTransport? _transport;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in connection.Impersonate?.Headers ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.ProxyAuthorization = _proxyAuthorization;

        var credentials = await connection.Credentials.GetAsync(cancellationToken);
        var response = await SendAsync(request, credentials, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;

        var done = false;
        try
        {
            connection.Credentials.Refuse(credentials);
            var newer = await connection.Credentials.GetAsync(cancellationToken);
            done = newer == credentials;
            return done ? response : await SendAsync(request, newer, cancellationToken);
        }
        finally
        {
            if (!done)
                response.Dispose();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _transport?.Dispose();
            (connection.Credentials as IDisposable)?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, KubeCredentials credentials, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = credentials.Authorization;
        try
        {
            return await Transport(credentials.Certificate).SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            // The server's certificate may come from an authority that is in its file since.
            connection.Trust.Expire();
            throw;
        }
    }

    private KubeTransport Transport(ClientCertificate? certificate)
    {
        var authorities = connection.Trust.Authorities;
        lock (_lock)
        {
            if (_transport is { } current && current.Authorities == authorities && current.Certificate == certificate)
                return current;

            // The one before is not disposed: requests may be on their way to it. Its connections close when they have been idle for a minute.
            return _transport = new KubeTransport(connection, authorities, certificate);
        }
    }
}
