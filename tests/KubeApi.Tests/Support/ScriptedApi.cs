using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;

namespace OrleansOperator.KubeApi.Tests.Support;

/// <summary>An API server that answers as a script says, and well once the script is over.</summary>
internal sealed class ScriptedApi(params Func<KubeRequest, Exception?>[] script) : IKubeApi
{
    private readonly Queue<Func<KubeRequest, Exception?>> _script = new(script);
    private readonly Channel<string> _requests = Channel.CreateUnbounded<string>();

    /// <summary>While set, requests get no answer until it is completed.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public RequestPriority? LastPriority { get; private set; }

    public static Func<KubeRequest, Exception?> Ok { get; } = static _ => null;

    public static Func<KubeRequest, Exception?> NoAnswer { get; } =
        static request => new KubeApiException("refused", request.Target, new IOException());

    public static Func<KubeRequest, Exception?> Answer(int code, string reason = "", TimeSpan? retryAfter = null, bool terminating = false) =>
        request => new KubeApiException((HttpStatusCode)code, reason, "", request.Target, retryAfter) { IsNamespaceTerminating = terminating };

    /// <summary>The next request: method, path and body.</summary>
    public async Task<string> NextAsync() => await _requests.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public int Unread => _requests.Reader.Count;

    public async Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken)
    {
        LastPriority = request.Priority;
        _requests.Writer.TryWrite($"{request.Method} {request.Path} {request.ContentType} {Encoding.UTF8.GetString(request.Body.Span)}");
        await Hold.WaitAsync(cancellationToken);
        if (_script.TryDequeue(out var next) && next(request) is { } error)
            throw error;

        return JsonSerializer.Deserialize("{}", result)!;
    }

    public Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
