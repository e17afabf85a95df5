using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Http;

public sealed class KubeHttpHandlerTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TempDirectory _directory = new();

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_kubeconfig_s_authority_is_trusted_and_HTTP_2_is_spoken()
    {
        await using var server = await EchoAsync(context => context.Request.Protocol);
        using var api = Client(server, cluster: $"certificate-authority-data: {_authority.Data}");

        Assert.Equal("HTTP/2", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_unknown_authority_is_not_trusted()
    {
        using var other = new TestAuthority();
        await using var server = await EchoAsync(_ => "");
        using var untrusting = Client(server, cluster: $"certificate-authority-data: {other.Data}");
        using var system = Client(server);

        foreach (var api in new[] { untrusting, system })
        {
            var error = await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);
            Assert.True(error.IsAmbiguous);
            Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted_unless_that_name_is_expected()
    {
        await using var server = await EchoAsync(context => context.Request.Host.Host, dnsName: "api.example.com");
        using var strict = Client(server, cluster: $"certificate-authority-data: {_authority.Data}");
        using var told = Client(server, cluster: $"certificate-authority-data: {_authority.Data}, tls-server-name: api.example.com");

        Assert.True((await Assert.ThrowsAsync<KubeApiException>(strict.GetAsync)).IsAmbiguous);
        Assert.Equal("api.example.com", (await told.GetAsync()).Name);
    }

    [Fact]
    public async Task Anything_is_trusted_when_the_kubeconfig_says_so()
    {
        await using var server = await EchoAsync(_ => "ok");
        using var api = Client(server, cluster: "insecure-skip-tls-verify: true");

        Assert.Equal("ok", (await api.GetAsync()).Name);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task A_client_certificate_is_shown_from_data_or_files(bool certificateAsData, bool keyAsData)
    {
        var (certificate, key) = _authority.Client("jane");
        _directory.Write("client.crt", certificate);
        _directory.Write("client.key", key);
        var user = "{"
            + (certificateAsData ? "client-certificate-data: " + TestAuthority.Base64(certificate) : "client-certificate: client.crt")
            + ", "
            + (keyAsData ? "client-key-data: " + TestAuthority.Base64(key) : "client-key: client.key")
            + "}";
        await using var server = await EchoAsync(context => context.Connection.ClientCertificate?.Subject ?? "nobody");
        using var api = Client(server, user, $"certificate-authority-data: {_authority.Data}");

        Assert.Equal("CN=jane", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_exec_plugin_s_client_certificate_is_shown()
    {
        WriteExecAnswer("exec-jane");
        _directory.WriteScript("plugin.sh", $"cat {_directory.Path}/answer.json\n");
        await using var server = await EchoAsync(context => context.Connection.ClientCertificate?.Subject ?? "nobody");
        using var api = Client(
            server,
            "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}",
            $"certificate-authority-data: {_authority.Data}");

        Assert.Equal("CN=exec-jane", (await api.GetAsync()).Name);
    }

    [Fact]
    public void A_client_certificate_that_does_not_fit_its_key_is_an_error_with_a_remedy()
    {
        var (certificate, _) = _authority.Client("jane");
        var (_, key) = _authority.Client("joe");
        var user = $"{{client-certificate-data: {TestAuthority.Base64(certificate)}, client-key-data: {TestAuthority.Base64(key)}}}";
        var file = _directory.Write("config", KubeconfigText.For(new Uri("https://127.0.0.1:1"), user));

        var error = Assert.Throws<KubeConfigurationException>(() => TestClients.FromKubeconfig(file));

        Assert.Contains("cannot be used: the client certificate cannot be used (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_certificate_files_are_read_again_when_they_change()
    {
        WriteClient("jane");
        var time = new FakeTimeProvider();
        await using var server = await EchoAsync(context => context.Connection.ClientCertificate?.Subject ?? "nobody");
        using var api = Client(server, "{client-certificate: client.crt, client-key: client.key}", $"certificate-authority-data: {_authority.Data}", time);
        Assert.Equal("CN=jane", (await api.GetAsync()).Name);

        WriteClient("joe");
        Assert.Equal("CN=jane", (await api.GetAsync()).Name);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=joe", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task A_refused_client_certificate_is_replaced_at_once_by_what_its_files_have_now()
    {
        WriteClient("jane");
        await using var server = await TestApiServer.StartAsync(
            context =>
            {
                var user = context.Connection.ClientCertificate?.Subject;
                context.Response.StatusCode = user == "CN=jane" ? 401 : 200;
                return context.Response.WriteAsync($$"""{"name":"{{user}}"}""");
            },
            _authority.Server(),
            _authority.Certificate);
        using var api = Client(server, "{client-certificate: client.crt, client-key: client.key}", $"certificate-authority-data: {_authority.Data}");
        await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        WriteClient("joe");

        Assert.Equal("CN=joe", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_authority_file_is_read_again_when_the_server_shows_an_unknown_certificate()
    {
        using var other = new TestAuthority();
        _directory.Write("ca.crt", other.Certificate.ExportCertificatePem());
        await using var server = await EchoAsync(_ => "ok");
        using var api = Client(server, cluster: "certificate-authority: ca.crt");
        await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        _directory.Write("ca.crt", _authority.Certificate.ExportCertificatePem());

        Assert.Equal("ok", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_exec_plugin_s_certificate_that_is_refused_is_replaced_over_new_connections()
    {
        WriteExecAnswer("exec-jane");
        _directory.WriteScript("plugin.sh", $"cat {_directory.Path}/answer.json\n");
        var refused = "";
        await using var server = await TestApiServer.StartAsync(
            context =>
            {
                var user = context.Connection.ClientCertificate?.Subject;
                context.Response.StatusCode = user == refused ? 401 : 200;
                return context.Response.WriteAsync($$"""{"name":"{{user}}"}""");
            },
            _authority.Server(),
            _authority.Certificate);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var api = Client(
            server, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}", $"certificate-authority-data: {_authority.Data}", time);
        Assert.Equal("CN=exec-jane", (await api.GetAsync()).Name);

        refused = "CN=exec-jane";
        WriteExecAnswer("exec-joe");
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("CN=exec-joe", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_exec_plugin_is_run_again_before_its_certificate_expires()
    {
        WriteExecAnswer("exec-jane");
        _directory.WriteScript("plugin.sh", $"cat {_directory.Path}/answer.json\n");
        await using var server = await EchoAsync(context => context.Connection.ClientCertificate?.Subject ?? "nobody");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var api = Client(
            server, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}", $"certificate-authority-data: {_authority.Data}", time);
        await api.GetAsync();

        WriteExecAnswer("exec-joe");
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("CN=exec-jane", (await api.GetAsync()).Name);
        time.Advance(TimeSpan.FromSeconds(45));

        Assert.Equal("CN=exec-joe", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task More_streams_than_one_connection_takes_are_open_at_once()
    {
        // Kestrel takes 100 streams a connection.
        var allHere = new TaskCompletionSource();
        var here = 0;
        await using var server = await TestApiServer.StartAsync(
            async context =>
            {
                if (Interlocked.Increment(ref here) == 150)
                    allHere.SetResult();

                await allHere.Task;
                await context.Response.WriteAsync("{}");
            },
            _authority.Server());
        using var api = Client(server, cluster: $"certificate-authority-data: {_authority.Data}");

        var opened = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => api.OpenAsync(Requests.Watch(), TestContext.Current.CancellationToken)));

        Assert.All(opened, response => response.Dispose());
    }

    [Fact]
    public async Task The_proxy_of_the_kubeconfig_is_asked()
    {
        await using var proxy = await TestApiServer.StartAsync(
            context => context.Response.WriteAsync($$"""{"name":"{{context.Request.Host}}"}"""));
        using var api = TestClients.FromKubeconfig(_directory.Write(
            "config", KubeconfigText.For(new Uri("http://far.example.com"), cluster: $"proxy-url: \"{proxy.Url}\"")));

        Assert.Equal("far.example.com", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task User_and_password_of_the_proxy_are_sent()
    {
        await using var proxy = await TestApiServer.StartAsync(
            context => context.Response.WriteAsync($$"""{"name":"{{context.Request.Headers.ProxyAuthorization}}"}"""));
        using var api = TestClients.FromKubeconfig(_directory.Write(
            "config", KubeconfigText.For(new Uri("http://far.example.com"), cluster: $"proxy-url: \"http://user:pa%3Ass@{proxy.Url.Authority}\"")));

        Assert.Equal("Basic dXNlcjpwYTpzcw==", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task User_and_password_answer_the_challenge_of_a_proxy_that_tunnels_and_stand_in_no_message()
    {
        var asked = new List<string>();
        await using var proxy = await TestApiServer.StartAsync(context =>
        {
            lock (asked)
                asked.Add($"{context.Request.Method} {context.Request.Headers.ProxyAuthorization}");
            context.Response.StatusCode = context.Request.Headers.ProxyAuthorization.Count == 0 ? 407 : 502;
            context.Response.Headers.ProxyAuthenticate = "Basic realm=\"proxy\"";
            return Task.CompletedTask;
        });
        using var api = TestClients.FromKubeconfig(_directory.Write(
            "config", KubeconfigText.For(new Uri("https://far.example.com"), cluster: $"proxy-url: \"http://user:pa%3Ass@{proxy.Url.Authority}\"")));

        var error = await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        Assert.Equal(["CONNECT ", "CONNECT Basic dXNlcjpwYTpzcw=="], asked);
        Assert.DoesNotContain("pa%3Ass", error.ToString(), StringComparison.Ordinal);
    }

    private Task<TestApiServer> EchoAsync(Func<HttpContext, string> what, string? dnsName = null) => TestApiServer.StartAsync(
        context => context.Response.WriteAsync($$"""{"name":"{{what(context)}}"}"""), _authority.Server(dnsName), _authority.Certificate);

    private KubeApiClient Client(TestApiServer server, string user = "{}", string cluster = "", TimeProvider? time = null) =>
        TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, user, cluster)), time);

    private void WriteClient(string user)
    {
        var (certificate, key) = _authority.Client(user);
        _directory.Write("client.crt", certificate);
        _directory.Write("client.key", key);
    }

    private void WriteExecAnswer(string user)
    {
        var (certificate, key) = _authority.Client(user);
        _directory.Write("answer.json", System.Text.Json.JsonSerializer.Serialize(new
        {
            apiVersion = "client.authentication.k8s.io/v1",
            kind = "ExecCredential",
            status = new { clientCertificateData = certificate, clientKeyData = key },
        }));
    }
}
