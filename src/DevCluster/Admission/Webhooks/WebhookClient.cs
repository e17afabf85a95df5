using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>Posts reviews to webhooks over HTTPS (apiserver, <c>util/webhook</c>). Webhooks of conversion are called by it, too.</summary>
internal sealed class WebhookClient(ObjectStore store, DevClusterOptions options) : IDisposable
{
    /// <summary>How large an answer may be.</summary>
    private const int MaxAnswer = 16 * 1024 * 1024;

    /// <summary>How .NET says that a certificate is of another authority.</summary>
    private static readonly string[] Untrusted = ["UntrustedRoot", "PartialChain", "NotSignatureValid"];

    private readonly ConcurrentDictionary<(string CaBundle, string Address), HttpClient> _clients = new();

    /// <summary>Posts a review and returns the answer.</summary>
    /// <param name="config">Where to: a <c>WebhookClientConfig</c>.</param>
    /// <param name="review">The review.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WebhookException">There is no usable answer.</exception>
    public async Task<JsonNode?> PostAsync(JsonObject config, JsonObject review, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var url = UrlFor(config, timeout);
        using var limit = new CancellationTokenSource(timeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = RequestFor(url, review);
            using var response = await ClientFor(config, url).SendAsync(request, both.Token);
            return Read(response, await response.Content.ReadAsByteArrayAsync(both.Token));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Failure(e, url) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>The same for callers who cannot wait otherwise: objects are converted in the middle of lists and watches.</summary>
    /// <exception cref="WebhookException">There is no usable answer.</exception>
    public JsonNode? Post(JsonObject config, JsonObject review, TimeSpan timeout)
    {
        var url = UrlFor(config, timeout);
        using var limit = new CancellationTokenSource(timeout, options.TimeProvider);
        try
        {
            using var request = RequestFor(url, review);
            using var response = ClientFor(config, url).Send(request, limit.Token);
            using var body = new MemoryStream();
            response.Content.ReadAsStream(limit.Token).CopyTo(body);
            return Read(response, body.ToArray());
        }
        catch (Exception e) when (Failure(e, url) is { } failure)
        {
            throw failure;
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private static HttpRequestMessage RequestFor(string url, JsonObject review)
    {
        var content = new ByteArrayContent(review.ToUtf8());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
    }

    private static JsonNode? Read(HttpResponseMessage response, byte[] body) =>
        response.IsSuccessStatusCode ? JsonNode.Parse(body, documentOptions: Json.Reading) : throw Failed(Refusal((int)response.StatusCode, body));

    /// <summary>What an exception says of a call; null for one that says nothing of it.</summary>
    private static WebhookException? Failure(Exception e, string url) => e switch
    {
        OperationCanceledException => Failed($"Post \"{url}\": context deadline exceeded"),
        HttpRequestException http => Failed($"Post \"{url}\": {Cause(http)}"),
        IOException => Failed($"Post \"{url}\": EOF"),
        JsonException => Failed($"couldn't get version/kind; json parse error: {e.Message}"),
        CryptographicException => Failed($"unable to load root certificates: {e.Message}"),
        _ => null,
    };

    private static string UrlFor(JsonObject config, TimeSpan timeout) => UrlOf(config) + $"?timeout={(long)Math.Ceiling(timeout.TotalSeconds)}s";

    private static string UrlOf(JsonObject config)
    {
        if (config.Text("url") is { Length: > 0 } url)
            return url;
        var service = config.Object("service");
        var (ns, name) = (service.Text("namespace") ?? "", service.Text("name") ?? "");
        return $"https://{name}.{ns}.svc:{Port(service)}{service.Text("path")}";
    }

    private static string Port(JsonObject? service) => (service.Number("port") ?? 443).ToString(CultureInfo.InvariantCulture);

    private HttpClient ClientFor(JsonObject config, string url)
    {
        var bundle = config.Text("caBundle") ?? "";
        var address = config.Object("service") is { } service ? AddressOf(service, url) : "";
        return _clients.TryGetValue((bundle, address), out var known) ? known : _clients.GetOrAdd((bundle, address), static key => NewClient(key.CaBundle, key.Address));
    }

    /// <summary>Where a service can be reached: nothing runs behind the Services of this server, so it has to be told.</summary>
    private string AddressOf(JsonObject service, string url)
    {
        var (ns, name) = (service.Text("namespace") ?? "", service.Text("name") ?? "");
        if (options.ServiceAddresses.TryGetValue($"{ns}/{name}", out var address))
            return address;
        var why = store.Find("services", ns, name) is null ? $"service \"{name}\" not found" : $"no endpoints available for service \"{name}\"";
        throw Failed($"Post \"{url}\": {why}; DevCluster reaches a service at the address that DevClusterOptions.ServiceAddresses or --service-address {ns}/{name}=HOST:PORT gives");
    }

    private static HttpClient NewClient(string bundle, string address)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1) };
        if (bundle.Length > 0)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
        }

        if (address.Length > 0)
            handler.ConnectCallback = (_, token) => ConnectAsync(address, token);
        return new HttpClient(handler) { MaxResponseContentBufferSize = MaxAnswer, Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var colon = address.LastIndexOf(':');
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address[..colon], int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What client-go makes of an answer that is no success.</summary>
    private static string Refusal(int code, byte[] body) => code switch
    {
        404 => "the server could not find the requested resource",
        401 => "the server has asked for the client to provide credentials",
        403 => "forbidden: User \"\" cannot post path \"\"",
        >= 500 => $"an error on the server (\"{Short(body)}\") has prevented the request from succeeding",
        _ => $"the server rejected our request for an unknown reason ({code})",
    };

    private static string Short(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1024))).Trim();
        return text.Length == 0 ? "unknown" : text.Replace("\"", "\\\"", StringComparison.Ordinal);
    }

    /// <summary>The usual causes, as Go words them.</summary>
    private static string Cause(HttpRequestException e) => e.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "dial tcp: connect: connection refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain } => "dial tcp: lookup failed: no such host",
        AuthenticationException tls when tls.Message.Contains("NameMismatch", StringComparison.Ordinal) => "tls: failed to verify certificate: x509: certificate is not valid for the name of the webhook's server",
        AuthenticationException tls when tls.Message.Contains("NotTimeValid", StringComparison.Ordinal) => "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
        AuthenticationException tls when Untrusted.Any(cause => tls.Message.Contains(cause, StringComparison.Ordinal)) =>
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
        HttpIOException or IOException => "EOF",
        var inner => inner?.Message ?? e.Message,
    };

    private static WebhookException Failed(string why) => new($"failed to call webhook: {why}", why);
}
