using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests;

public sealed class KubeApiClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_carries_method_path_body_credentials_and_user_agent_and_its_answer_is_read()
    {
        string seen = "", agent = "";
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            var request = context.Request;
            using var body = new StreamReader(request.Body);
            seen = $"{request.Method} {request.Path}{request.QueryString} {request.ContentType} {request.Headers.Authorization} {await body.ReadToEndAsync()}";
            agent = request.Headers.UserAgent.ToString();
            await context.Response.WriteAsync("""{"name":"grüß","value":7,"unknown":[]}""");
        });
        using var api = KubeApiClient.Connect(server.Url, token: "secret");

        var answer = await api.SendAsync(
            new KubeRequest(HttpMethod.Patch, "/apis/example.com/v1/namespaces/default/widgets/one?fieldManager=me")
            {
                Body = """{"a":1}"""u8.ToArray(),
                ContentType = KubeMediaTypes.MergePatch,
            },
            TestJson.Default.TestObject,
            Cancelled);

        Assert.Equal(new TestObject("grüß", 7), answer);
        Assert.Equal("""PATCH /apis/example.com/v1/namespaces/default/widgets/one?fieldManager=me application/merge-patch+json Bearer secret {"a":1}""", seen);
        Assert.Matches(@"^orleans-operator/\d+\.\d+", agent);
    }

    [Fact]
    public async Task A_server_below_a_path_is_asked_below_that_path()
    {
        await using var server = await TestApiServer.StartAsync(
            context => context.Response.WriteAsync($$"""{"name":"{{context.Request.Path}}"}"""));
        using var api = KubeApiClient.Connect(new Uri(server.Url, "/k8s/clusters/c-1/"));

        Assert.Equal("/k8s/clusters/c-1/apis/example.com/v1/namespaces/default/widgets/one", (await api.GetAsync()).Name);
    }

    public static TheoryData<int, string, string, string> ErrorAnswers => new()
    {
        { 404, """{"kind":"Status","reason":"NotFound","message":"widgets \"one\" not found","code":404}""", "NotFound", "widgets \"one\" not found" },
        { 409, """{"kind":"Status","reason":"AlreadyExists","message":"exists"}""", "AlreadyExists", "exists" },
        { 409, """{"kind":"Status","reason":"Conflict","message":"modified"}""", "Conflict", "modified" },
        { 410, """{"kind":"Status","reason":"Expired","message":"too old"}""", "Expired", "too old" },
        { 422, """{"kind":"Status","reason":"Invalid","message":"bad name","details":{"causes":[{"field":"metadata.name"}]}}""", "Invalid", "bad name" },
        { 500, """{"kind":"Status","message":"broken"}""", "", "broken" },
        { 404, "404 page not found\n", "", "HTTP 404: 404 page not found" },
        { 502, "<html>\n  <h1>Bad  Gateway</h1>\n</html>", "", "HTTP 502: <html> <h1>Bad Gateway</h1> </html>" },
        { 503, "", "", "HTTP 503: Service Unavailable" },
        { 500, """{"kind":"Other","message":"not a status"}""", "", """HTTP 500: {"kind":"Other","message":"not a status"}""" },
        { 302, "", "", "HTTP 302: Found" },
    };

    [Theory]
    [MemberData(nameof(ErrorAnswers))]
    public async Task An_error_answer_becomes_an_exception_that_says_what_it_said(int status, string body, string reason, string message)
    {
        await using var server = await TestApiServer.StartAsync(status, body);
        using var api = KubeApiClient.Connect(server.Url);

        foreach (var send in new Func<Task>[] { api.GetAsync, () => api.OpenAsync(Requests.Get(), Cancelled) })
        {
            var error = await Assert.ThrowsAsync<KubeApiException>(send);
            Assert.Equal((HttpStatusCode)status, error.Code);
            Assert.Equal((reason, message), (error.Reason, error.Message));
            Assert.Equal(new RequestTarget("get", "widgets.example.com", "default"), error.Target);
            Assert.False(error.IsAmbiguous);
        }
    }

    [Fact]
    public async Task A_long_error_page_is_cut_off()
    {
        await using var server = await TestApiServer.StartAsync(500, new string('x', 100_000), "text/plain");
        using var api = KubeApiClient.Connect(server.Url);

        var error = await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        Assert.InRange(error.Message.Length, 300, 330);
    }

    [Theory]
    [InlineData("Retry-After", "7", "{}", 7.0)]
    [InlineData("Retry-After", "0", "{}", 0.0)]
    [InlineData("Retry-After", "Tue, 03 Mar 2026 10:00:30 GMT", "{}", 30.0)]
    [InlineData("Retry-After", "Tue, 03 Mar 2026 09:00:00 GMT", "{}", 0.0)]
    [InlineData("X-None", "", """{"kind":"Status","details":{"retryAfterSeconds":3}}""", 3.0)]
    [InlineData("Retry-After", "5", """{"kind":"Status","details":{"retryAfterSeconds":3}}""", 5.0)]
    [InlineData("Retry-After", "5000000", "{}", 60.0)]
    [InlineData("Retry-After", "Tue, 03 Mar 2099 10:00:30 GMT", "{}", 60.0)]
    [InlineData("X-None", "", """{"kind":"Status","details":{"retryAfterSeconds":2147483647}}""", 60.0)]
    [InlineData("X-None", "", """{"kind":"Status"}""", null)]
    public async Task The_wait_that_a_server_asks_for_is_read_from_header_or_body_and_is_a_minute_at_most(string header, string value, string body, double? seconds)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 3, 10, 0, 0, TimeSpan.Zero));
        await using var server = await TestApiServer.StartAsync(429, body, headers: (header, value));
        using var api = KubeApiClient.Connect(server.Url, timeProvider: time);

        var error = await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        Assert.Equal(seconds, error.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_terminating_namespace_is_told_from_a_missing_permission()
    {
        const string Body = """{"kind":"Status","reason":"Forbidden","message":"m","details":{"causes":[{"reason":"NamespaceTerminating"}]}}""";
        await using var terminating = await TestApiServer.StartAsync(403, Body);
        await using var forbidden = await TestApiServer.StartAsync(403, """{"kind":"Status","reason":"Forbidden","message":"m"}""");
        using var first = KubeApiClient.Connect(terminating.Url);
        using var second = KubeApiClient.Connect(forbidden.Url);

        Assert.True((await Assert.ThrowsAsync<KubeApiException>(first.GetAsync)).IsNamespaceTerminating);
        Assert.False((await Assert.ThrowsAsync<KubeApiException>(second.GetAsync)).IsNamespaceTerminating);
    }

    [Fact]
    public async Task A_refused_connection_is_ambiguous_and_names_server_and_problem()
    {
        using var api = KubeApiClient.Connect(ClosedPort());

        var error = await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        Assert.True(error.IsAmbiguous);
        Assert.Matches("^GET http://127.0.0.1:[0-9]+/apis/example.com/v1/namespaces/default/widgets/one: Connection refused", error.Message);
        Assert.True((await Assert.ThrowsAsync<KubeApiException>(() => api.OpenAsync(Requests.Watch(), Cancelled))).IsAmbiguous);
    }

    [Theory]
    [InlineData("""{"name":"a","va""")]
    [InlineData("<html>")]
    [InlineData("null")]
    public async Task An_answer_that_is_no_JSON_or_cut_off_is_ambiguous(string body)
    {
        await using var server = await TestApiServer.StartAsync(200, body);
        using var api = KubeApiClient.Connect(server.Url);

        var error = await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        Assert.True(error.IsAmbiguous);
        Assert.IsType<JsonException>(error.InnerException, exactMatch: false);
    }

    [Fact]
    public async Task A_connection_lost_in_the_middle_of_an_answer_is_ambiguous()
    {
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var api = KubeApiClient.Connect(server.Url);

        Assert.True((await Assert.ThrowsAsync<KubeApiException>(api.GetAsync)).IsAmbiguous);
    }

    [Fact]
    public async Task A_request_without_an_answer_in_time_is_ambiguous()
    {
        var time = new FakeTimeProvider();
        await using var server = await SilentServerAsync();
        using var api = KubeApiClient.Connect(server.Url, options: new KubeApiOptions { RequestTimeout = TimeSpan.FromSeconds(20) }, timeProvider: time);

        foreach (var send in new Func<Task>[] { api.GetAsync, () => api.OpenAsync(Requests.Watch(), Cancelled) })
        {
            var sent = send();
            await server.Asked();
            time.Advance(TimeSpan.FromSeconds(19));
            Assert.False(sent.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(1));

            var error = await Assert.ThrowsAsync<KubeApiException>(() => sent);
            Assert.True(error.IsAmbiguous);
            Assert.EndsWith("no answer within 20 s", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_own_cancellation()
    {
        await using var server = await SilentServerAsync();
        using var api = KubeApiClient.Connect(server.Url);

        foreach (var send in new Func<CancellationToken, Task>[]
        {
            token => api.SendAsync(Requests.Get(), TestJson.Default.TestObject, token),
            token => api.OpenAsync(Requests.Watch(), token),
        })
        {
            using var caller = new CancellationTokenSource();
            var sent = send(caller.Token);
            await server.Asked();
            await caller.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        }
    }

    [Fact]
    public async Task A_stream_outlives_the_request_timeout()
    {
        var time = new FakeTimeProvider();
        var goOn = new TaskCompletionSource();
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            await context.Response.Body.FlushAsync();
            await goOn.Task;
            await context.Response.WriteAsync("late");
        });
        using var api = KubeApiClient.Connect(server.Url, timeProvider: time);

        using var response = await api.OpenAsync(Requests.Watch(), Cancelled);
        time.Advance(TimeSpan.FromHours(1));
        goOn.SetResult();

        Assert.Equal("late", await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task No_more_requests_than_allowed_are_in_flight_and_streams_do_not_count()
    {
        var counting = new Lock();
        int running = 0, most = 0;
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            if (context.Request.Query.ContainsKey("watch"))
            {
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            }

            lock (counting)
                most = Math.Max(most, ++running);

            await Task.Yield();
            lock (counting)
                running--;

            await context.Response.WriteAsync("{}");
        });
        using var api = KubeApiClient.Connect(server.Url, options: new KubeApiOptions { MaxConcurrentRequests = 2 });

        using var first = await api.OpenAsync(Requests.Watch(), Cancelled);
        using var second = await api.OpenAsync(Requests.Watch(), Cancelled);
        using var third = await api.OpenAsync(Requests.Watch(), Cancelled);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => api.GetAsync()));

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task A_vital_request_does_not_wait_for_others()
    {
        var release = new TaskCompletionSource();
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            if (context.Request.Path.Value!.EndsWith("/slow", StringComparison.Ordinal))
                await release.Task;
            await context.Response.WriteAsync("{}");
        });
        using var api = KubeApiClient.Connect(server.Url, options: new KubeApiOptions { MaxConcurrentRequests = 1, RequestsPerSecond = 0.001, RequestBurst = 1 });

        var slow = api.SendAsync(Requests.Get(name: "slow"), TestJson.Default.TestObject, Cancelled);
        for (var i = 0; i < 3; i++)
            await api.SendAsync(Requests.Get(priority: RequestPriority.Vital), TestJson.Default.TestObject, Cancelled);

        Assert.False(slow.IsCompleted);
        release.SetResult();
        await slow;
    }

    [Fact]
    public async Task A_failed_request_gives_its_permit_back()
    {
        await using var server = await TestApiServer.StartAsync(500, "");
        using var api = KubeApiClient.Connect(server.Url, options: new KubeApiOptions { MaxConcurrentRequests = 1 });

        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);
    }

    [Fact]
    public async Task A_compressed_answer_is_read()
    {
        var name = new string('n', 200_000);
        var encoding = "";
        await using var server = await TestApiServer.StartAsync(
            context =>
            {
                encoding = context.Request.Headers.AcceptEncoding.ToString();
                context.Response.ContentType = KubeMediaTypes.Json;
                return context.Response.WriteAsync($$"""{"name":"{{name}}"}""");
            },
            compress: true);
        using var api = KubeApiClient.Connect(server.Url);

        Assert.Equal(name, (await api.GetAsync()).Name);
        Assert.Equal("gzip", encoding);
    }

    private static async Task<SilentServer> SilentServerAsync()
    {
        var asked = new SemaphoreSlim(0);
        var server = await TestApiServer.StartAsync(async context =>
        {
            asked.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        return new SilentServer(server, asked);
    }

    private static Uri ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new Uri("http://" + socket.LocalEndPoint);
    }

    /// <summary>A server that never answers, and tells when it has been asked.</summary>
    private sealed class SilentServer(TestApiServer server, SemaphoreSlim asked) : IAsyncDisposable
    {
        public Uri Url => server.Url;

        public Task Asked() => asked.WaitAsync(Cancelled);

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            asked.Dispose();
        }
    }
}
