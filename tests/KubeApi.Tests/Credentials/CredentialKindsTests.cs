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

        Assert.Contains("no credentials: external exec failed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{}}'")]
    [InlineData("echo nonsense")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"t\"}}'")]
    public void An_exec_plugin_that_gives_nothing_is_named_with_its_hint(string script)
    {
        var plugin = _directory.WriteScript("plugin.sh", script);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, installHint: \"get it from example.com\"}}";
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://x"), User));

        var error = Assert.Throws<KubeConfigurationException>(() => TestClients.FromKubeconfig(file));

        Assert.Matches($@"^Kubeconfig {file}, context ""here"", cannot be used: its exec plugin ""{Path.GetDirectoryName(plugin)}/\./plugin.sh"" gives no credentials \(.+\); get it from example.com$", error.Message);
    }

    private static Task<TestApiServer> EchoAuthorizationAsync() => TestApiServer.StartAsync(
        context => context.Response.WriteAsync($$"""{"name":"{{context.Request.Headers.Authorization}}"}"""));
}
