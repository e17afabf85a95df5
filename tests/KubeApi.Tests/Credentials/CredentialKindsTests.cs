using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Credentials;

/// <summary>Each kind of credentials in a kubeconfig, seen from the server.</summary>
public sealed class CredentialKindsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("{token: abc}", "Bearer abc")]
    [InlineData("{username: me, password: pässword}", "Basic bWU6cMOkc3N3b3Jk")]
    [InlineData("{}", "")]
    public async Task Tokens_and_passwords_are_sent(string user, string expected)
    {
        await using var server = await EchoAuthorizationAsync();
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, user)));

        Assert.Equal(expected, (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_OIDC_auth_provider_s_token_is_sent()
    {
        // A token that ends in the year 2286: nothing to refresh.
        var payload = Convert.ToBase64String(Encoding.ASCII.GetBytes("""{"exp":9999999999}"""));
        var user = $$$$"""{auth-provider: {name: oidc, config: {client-id: a, idp-issuer-url: "http://127.0.0.1:1", id-token: "h.{{{{payload}}}}.s", refresh-token: r}}}""";
        await using var server = await EchoAuthorizationAsync();
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, user)));

        Assert.Equal($"Bearer h.{payload}.s", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_exec_plugin_s_token_is_sent_with_its_arguments_and_variables_as_written()
    {
        _directory.WriteScript("plugin.sh", """
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s/%s/%s/%s"}}' "$#" "$1" "$2" "$MODE"
            """);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, args: [\"two words\", \"it's\"], env: [{name: MODE, value: test}]}}";
        await using var server = await EchoAuthorizationAsync();
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)));

        Assert.Equal("Bearer 2/two words/it's/test", (await api.GetAsync()).Name);
    }

    [Fact]
    public async Task An_exec_plugin_is_run_again_when_its_token_is_refused()
    {
        var runs = _directory.Write("runs", "");
        _directory.WriteScript("plugin.sh", $$$"""
            echo run >> {{{runs}}}
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s"}}' "$(wc -l < {{{runs}}} | tr -d ' ')"
            """);
        var refused = new HashSet<string>();
        await using var server = await TestApiServer.StartAsync(context =>
        {
            var token = context.Request.Headers.Authorization.ToString();
            context.Response.StatusCode = refused.Contains(token) ? 401 : 200;
            return context.Response.WriteAsync($$"""{"name":"{{token}}"}""");
        });
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}";
        var time = new FakeTimeProvider();
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)), time);

        var first = (await api.GetAsync()).Name!;
        Assert.Equal(first, (await api.GetAsync()).Name);
        refused.Add(first);
        var second = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.GetAsync()));

        var newer = Assert.Single(second.Select(answer => answer.Name).Distinct())!;
        Assert.NotEqual(first, newer);

        // A server that refuses everything does not make every request start a process.
        refused.Add(newer);
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);
        var runsWhileRefused = File.ReadAllLines(runs).Length;
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEqual(newer, (await api.GetAsync()).Name);
        Assert.Equal(runsWhileRefused + 1, File.ReadAllLines(runs).Length);
    }

    [Fact]
    public async Task An_exec_plugin_that_fails_later_makes_requests_fail_with_its_name()
    {
        var broken = Path.Combine(_directory.Path, "broken");
        _directory.WriteScript("plugin.sh", $$$"""
            test -e {{{broken}}} && exit 1
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2020-01-01T00:00:00Z"}}'
            """);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}";
        await using var server = await EchoAuthorizationAsync();
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)));
        await api.GetAsync();
        _directory.Write("broken", "");

        var error = await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        Assert.Contains($"no credentials: its exec plugin \"{_directory.Path}/./plugin.sh\" ended with exit code 1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("exit 3", "ended with exit code 3")]
    [InlineData("echo no session >&2; echo 'run: login' >&2; exit 3", "ended with exit code 3: run: login")]
    [InlineData("printf 'a\\033[31mred' >&2; exit 3", "ended with exit code 3: a\\u001b[31mred")]
    [InlineData("true", "printed what is not JSON")]
    [InlineData("echo nonsense", "printed what is not JSON")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "answered with neither a token nor a client certificate")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"\"}}'", "answered with a token that is empty or has characters that no HTTP header can carry")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"x\"}}'", "answered with one of client certificate and key, without the other")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"t\"}}'", "answered with apiVersion client.authentication.k8s.io/v1beta1, the kubeconfig says client.authentication.k8s.io/v1")]
    public void An_exec_plugin_that_gives_nothing_is_named_with_its_hint(string script, string problem)
    {
        _directory.WriteScript("plugin.sh", script);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, installHint: \"get it from example.com\"}}";
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://x"), User));

        var error = Assert.Throws<KubeConfigurationException>(() => TestClients.FromKubeconfig(file));

        Assert.Equal($"Kubeconfig {file}, context \"here\", cannot be used: its exec plugin \"{_directory.Path}/./plugin.sh\" {problem}; get it from example.com", error.Message);
    }

    [Fact]
    public async Task An_exec_plugin_learns_what_is_asked_of_it_and_is_asked_again_before_its_token_expires()
    {
        _directory.WriteScript("plugin.sh", $$$"""
            printf '%s\n' "$KUBERNETES_EXEC_INFO" >> {{{_directory.Path}}}/asked
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2000-01-01T01:00:00Z"}}'
            """);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}";
        await using var server = await EchoAuthorizationAsync();
        var time = new FakeTimeProvider(new DateTimeOffset(2000, 1, 1, 0, 59, 0, TimeSpan.Zero));
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)), time);

        await api.GetAsync();
        await api.GetAsync();
        Assert.Single(File.ReadAllLines(Path.Combine(_directory.Path, "asked")));
        time.Advance(TimeSpan.FromSeconds(31));
        await api.GetAsync();

        Assert.Equal(
            ["""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}""", """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}"""],
            File.ReadAllLines(Path.Combine(_directory.Path, "asked")));
    }

    private static Task<TestApiServer> EchoAuthorizationAsync() => TestApiServer.StartAsync(
        context => context.Response.WriteAsync($$"""{"name":"{{context.Request.Headers.Authorization}}"}"""));
}
