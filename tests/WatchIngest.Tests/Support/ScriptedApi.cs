using System.Net;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Microsoft.AspNetCore.WebUtilities;
using OrleansOperator.KubeApi;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>An API server whose answers the test gives, one by one.</summary>
internal sealed class ScriptedApi : IKubeApi
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    /// <summary>Whether there is a request that has not been taken.</summary>
    public bool IsAsked => _calls.Reader.TryPeek(out _);

    /// <summary>The next request.</summary>
    public Task<Call> NextAsync() => _calls.NextAsync("request");

    /// <summary>The next request, which is a list.</summary>
    public async Task<Call> ListAsync()
    {
        var call = await NextAsync();
        Assert.Equal("list", call.Verb);
        return call;
    }

    /// <summary>The next request, which is a watch from a version.</summary>
    public async Task<Call> WatchAsync(long version)
    {
        var call = await NextAsync();
        Assert.Equal(("watch", $"{version}"), (call.Verb, call.Query("resourceVersion")));
        return call;
    }

    public async Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        var call = new Call(request);
        await _calls.Writer.WriteAsync(call, cancellationToken);
        return await call.Answer.WaitAsync(cancellationToken);
    }

    public Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken) =>
        throw new NotSupportedException("a reflector only opens streams");

    /// <summary>One request.</summary>
    internal sealed class Call(KubeRequest request)
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Dictionary<string, Microsoft.Extensions.Primitives.StringValues> _query = QueryHelpers.ParseQuery(request.Path[request.Path.IndexOf('?', StringComparison.Ordinal)..]);

        public Task<HttpResponseMessage> Answer => _answer.Task;

        public KubeRequest Request => request;

        public string Verb => request.Target.Verb;

        public string Path => request.Path.Split('?')[0];

        public string? Query(string name) => _query.TryGetValue(name, out var value) ? value.ToString() : null;

        /// <summary>Answers with headers; the body follows.</summary>
        public ScriptedStream Open(bool failsWhenGivenUp = false)
        {
            var body = new ScriptedStream { FailsWhenGivenUp = failsWhenGivenUp };
            _answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) });
            return body;
        }

        /// <summary>Answers in whole.</summary>
        public void Return(string body) => Open().Send(body).End();

        /// <summary>Answers with an error.</summary>
        public void Fail(HttpStatusCode code, string message, TimeSpan? retryAfter = null) =>
            _answer.SetException(new KubeApiException(code, "", message, request.Target, retryAfter));

        /// <summary>Does not answer.</summary>
        public void Refuse() => _answer.SetException(new KubeApiException("connection refused", request.Target, new HttpRequestException("connection refused")));
    }
}
