using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Credentials;
using OrleansOperator.KubeApi.Http;
using OrleansOperator.KubeApi.Limits;
using OrleansOperator.Observability;

namespace OrleansOperator.KubeApi;

/// <summary>
/// The API server over HTTP: HTTP/2 on several connections where TLS allows it, HTTP/1.1 otherwise. One per process is
/// enough, for as long as the process lives.
/// </summary>
public sealed class KubeApiClient : IKubeApi, IDisposable
{
    /// <summary>What client-go says when no answer came.</summary>
    private const string NoCode = "<error>";

    private readonly HttpMessageInvoker _http;
    private readonly RequestLimiter _limiter;
    private readonly KubeApiOptions _options;
    private readonly KubeApiMetrics _metrics;
    private readonly TimeProvider _time;
    private Meter? _ownMeter;
    private readonly string _base;
    private readonly string _host;
    private readonly string? _tlsServerName;

    internal KubeApiClient(KubeConnection connection, KubeApiOptions options, KubeApiMetrics metrics, TimeProvider time)
    {
        (Server, Namespace) = (connection.Server, connection.Namespace);
        _base = Server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _host = Server.Authority;
        _tlsServerName = Server.Scheme == Uri.UriSchemeHttps ? connection.TlsServerName : null;
        _options = options;
        _metrics = metrics;
        _time = time;
        _limiter = new RequestLimiter(options.MaxConcurrentRequests, options.RequestsPerSecond, options.RequestBurst, time);
        _http = new HttpMessageInvoker(new KubeHttpHandler(connection));
    }

    /// <summary>URL of the API server.</summary>
    public Uri Server { get; }

    /// <summary>The namespace of the pod's service account or of the kubeconfig's context; null when there is none.</summary>
    public string? Namespace { get; }

    /// <summary>
    /// Told of each request that was answered, and of the error where it is a missing permission. It must not wait, and is
    /// called by many at once.
    /// </summary>
    internal Action<RequestTarget, KubeApiException?>? Answered { get; set; }

    /// <summary>A client for the API server that the options say.</summary>
    /// <exception cref="KubeConfigurationException">It cannot be found out which, or with what credentials.</exception>
    public static KubeApiClient Create(
        KubeApiOptions options, KubeApiMetrics metrics, TimeProvider? timeProvider = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(metrics);
        var time = timeProvider ?? TimeProvider.System;
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<KubeApiClient>();
        var connection = new KubeConnectionLoader(KubeEnvironment.Process, time, logger).Load(options);
        return new KubeApiClient(connection, options, metrics, time);
    }

    /// <summary>A client for a URL, for tests and tools.</summary>
    /// <param name="server">URL of the API server.</param>
    /// <param name="token">Bearer token; null to send no credentials.</param>
    /// <param name="options">Limits and time-outs; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the machine's.</param>
    public static KubeApiClient Connect(Uri server, string? token = null, KubeApiOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var meter = new Meter(KubeApiMetrics.MeterName);
        return new KubeApiClient(
            new KubeConnection(server)
            {
                Credentials = new StoredCredentials(token is null ? null : new AuthenticationHeaderValue("Bearer", token)),
            },
            options ?? new KubeApiOptions(),
            new KubeApiMetrics(meter),
            timeProvider ?? TimeProvider.System)
        {
            _ownMeter = meter,
        };
    }

    /// <inheritdoc/>
    public async Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(result);
        if (request.Priority == RequestPriority.Vital)
            return await ReadAsync(request, result, cancellationToken);

        var asked = _time.GetTimestamp();
        await _limiter.AcquireAsync(request.Priority, cancellationToken);
        try
        {
            _metrics.LimiterWait(_time.GetElapsedTime(asked), request.Method.Method, _host);
            return await ReadAsync(request, result, cancellationToken);
        }
        finally
        {
            _limiter.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var deadline = new Deadline(_options.RequestTimeout, _time, cancellationToken);
        try
        {
            return await ExchangeAsync(request, deadline.Token);
        }
        catch (Exception e) when (NoAnswer(e, request, cancellationToken) is { } noAnswer)
        {
            throw noAnswer;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _limiter.Dispose();
        _ownMeter?.Dispose();
    }

    private async Task<TResult> ReadAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_options.RequestTimeout, _time, cancellationToken);
        try
        {
            using var response = await ExchangeAsync(request, deadline.Token);
            await using var body = await response.Content.ReadAsStreamAsync(deadline.Token);
            return await JsonSerializer.DeserializeAsync(body, result, deadline.Token)
                ?? throw new JsonException("the answer is null");
        }
        catch (Exception e) when (NoAnswer(e, request, cancellationToken) is { } noAnswer)
        {
            throw noAnswer;
        }
    }

    /// <summary>Sends, and returns when the headers of a good answer have come.</summary>
    private async Task<HttpResponseMessage> ExchangeAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        // Heartbeats, lists and watches belong to no trace, and begin none.
        using var span = Activity.Current is not null && Tracing.IsOn ? Trace(request) : null;
        using var message = Message(request);
        var sent = _time.GetTimestamp();
        var code = NoCode;
        try
        {
            var response = await _http.SendAsync(message, cancellationToken);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            span?.SetTag("http.response.status_code", (int)response.StatusCode);
            if (response.IsSuccessStatusCode)
            {
                Answered?.Invoke(request.Target, null);
                return response;
            }

            span.Fail(response.StatusCode.ToString());
            using (response)
            {
                var error = await ErrorAnswer.ReadAsync(response, request.Target, _time, cancellationToken);
                if (error.IsDeniedByAuthorizer)
                    Answered?.Invoke(request.Target, error);
                throw error;
            }
        }
        finally
        {
            if (code == NoCode)
                span.Fail("no answer");
            _metrics.Request(code, request.Method.Method, _host, request.Target);
            _metrics.Duration(_time.GetElapsedTime(sent), request.Method.Method, _host);
        }
    }

    private Activity? Trace(KubeRequest request)
    {
        var span = Tracing.Start($"{request.Target.Verb} {request.Target.Resource}", ActivityKind.Client);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("http.request.method", request.Method.Method);
            span.SetTag("server.address", _host);
            span.SetTag("url.path", request.Path.Split('?', 2)[0]);
        }

        return span;
    }

    private HttpRequestMessage Message(KubeRequest request)
    {
        var message = new HttpRequestMessage(request.Method, _base + request.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        message.Headers.TryAddWithoutValidation("Accept", KubeMediaTypes.Json);
        // .NET takes the name that the server's certificate must have from here.
        message.Headers.Host = _tlsServerName;
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        return message;
    }

    /// <summary>The exception for a request without a usable answer; null for what is no such thing: it goes on as it is.</summary>
    private KubeApiException? NoAnswer(Exception e, KubeRequest request, CancellationToken caller)
    {
        var problem = e switch
        {
            OperationCanceledException when caller.IsCancellationRequested => null,
            OperationCanceledException => FormattableString.Invariant($"no answer within {_options.RequestTimeout.TotalSeconds:0.###} s"),
            HttpRequestException or IOException or UnauthorizedAccessException => Innermost(e).Message,
            JsonException => "the answer is not the JSON expected: " + e.Message,
            CredentialException => "no credentials: " + e.Message,
            _ => null,
        };
        return problem is null
            ? null
            : new KubeApiException($"{request.Method} {_base}{request.Path.Split('?')[0]}: {problem}", request.Target, e);
    }

    // "The SSL connection could not be established, see inner exception" helps nobody.
    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    /// <summary>The caller's token, or the time is over.</summary>
    private sealed class Deadline : IDisposable
    {
        private readonly CancellationTokenSource _timeout;
        private readonly CancellationTokenSource _either;

        public Deadline(TimeSpan time, TimeProvider clock, CancellationToken caller)
        {
            _timeout = new CancellationTokenSource(time, clock);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, caller);
        }

        public CancellationToken Token => _either.Token;

        public void Dispose()
        {
            _either.Dispose();
            _timeout.Dispose();
        }
    }
}
