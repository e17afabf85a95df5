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
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"1999-01-01T00:00:00Z"}}'
            """);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}";
        await using var server = await EchoAuthorizationAsync();
        var time = new FakeTimeProvider();
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)), time);
        await api.GetAsync();
        _directory.Write("broken", "");
        time.Advance(TimeSpan.FromSeconds(10));

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
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"Other\",\"status\":{\"token\":\"t\"}}'", "answered with kind Other in place of ExecCredential")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{}}'", "answered with neither a token nor a client certificate")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"\"}}'", "answered with a token that is empty or has characters that no HTTP header can carry")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"clientKeyData\":\"x\"}}'", "answered with one of client certificate and key, without the other")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"t\"}}'", "answered with apiVersion client.authentication.k8s.io/v1beta1, the kubeconfig says client.authentication.k8s.io/v1")]
    public void An_exec_plugin_that_gives_nothing_is_named_with_its_hint(string script, string problem)
    {
        _directory.WriteScript("plugin.sh", script);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, installHint: \"get it from example.com\"}}";
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://x"), User));

        var error = Assert.Throws<KubeConfigurationException>(() => TestClients.FromKubeconfig(file));

        Assert.Equal($"Kubeconfig {file}, context \"here\", cannot be used: its exec plugin \"{_directory.Path}/./plugin.sh\" {problem}; get it from example.com.", error.Message);
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
        time.Advance(TimeSpan.FromSeconds(55));
        await api.GetAsync();

        Assert.Equal(
            ["""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}""", """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}"""],
            File.ReadAllLines(Path.Combine(_directory.Path, "asked")));
    }

    [Theory]
    [InlineData(15, 13, 1)]
    [InlineData(15, 14, 2)]
    [InlineData(3600, 3569, 1)]
    [InlineData(3600, 3571, 2)]
    public async Task A_token_is_used_until_shortly_before_it_expires_however_short_its_life(int life, int passed, int runs)
    {
        var start = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        _directory.WriteScript("plugin.sh", $$$"""
            echo run >> {{{_directory.Path}}}/runs
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"{{{start.AddSeconds(life):O}}}"}}'
            """);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}";
        await using var server = await EchoAuthorizationAsync();
        var time = new FakeTimeProvider(start);
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)), time);

        time.Advance(TimeSpan.FromSeconds(passed));
        await api.GetAsync();

        Assert.Equal(runs, File.ReadAllLines(Path.Combine(_directory.Path, "runs")).Length);
    }

    [Fact]
    public async Task An_exec_plugin_learns_its_cluster_when_the_kubeconfig_says_so()
    {
        _directory.WriteScript("plugin.sh", $$$"""
            printf '%s' "$KUBERNETES_EXEC_INFO" > {{{_directory.Path}}}/asked
            printf '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}}'
            """);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin.sh, provideClusterInfo: true}}";
        const string Cluster = "tls-server-name: api, extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: prod, ttl: 5, roles: [a, \"1\"]}}]";
        await using var server = await EchoAuthorizationAsync();
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User, Cluster)));

        Assert.Equal(
            "{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\",\"spec\":{\"cluster\":{"
            + $"\"server\":\"{server.Url}\",\"tls-server-name\":\"api\","
            + "\"config\":{\"audience\":\"prod\",\"ttl\":5,\"roles\":[\"a\",\"1\"]}},\"interactive\":false}}",
            File.ReadAllText(Path.Combine(_directory.Path, "asked")));
    }

    [Fact]
    public async Task An_exec_plugin_that_does_not_end_is_ended()
    {
        _directory.WriteScript("plugin.sh", $$$"""
            if test -e {{{_directory.Path}}}/hang; then echo $$ > {{{_directory.Path}}}/pid; exec sleep 600; fi
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2000-01-01T00:00:00Z"}}'
            """);
        const string User = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh}}";
        await using var server = await EchoAuthorizationAsync();
        var time = new FakeTimeProvider(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)), time);
        _directory.Write("hang", "");
        time.Advance(TimeSpan.FromSeconds(10));

        var request = api.GetAsync();
        var pidFile = Path.Combine(_directory.Path, "pid");
        await Eventually.TrueAsync(() => File.Exists(pidFile) && File.ReadAllText(pidFile).EndsWith('\n'));
        var plugin = System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(pidFile), System.Globalization.CultureInfo.InvariantCulture));
        time.Advance(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<KubeApiException>(() => request);
        await plugin.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(_directory.Path, "hang"));

        // The next run starts when this one has failed for everyone who waits for it.
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return (await api.GetAsync()).Name == "Bearer t";
            }
            catch (KubeApiException e) when (e.Message.Contains("did not end within", StringComparison.Ordinal))
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Requests_are_made_as_whom_the_kubeconfig_says()
    {
        const string User = "{token: admin, as: jänè, as-uid: \"7\", as-groups: [devs], as-user-extra: {scopes: [read], \"acme.com/Project\": [x]}}";
        await using var server = await TestApiServer.StartAsync(context => context.Response.WriteAsync(
            $$"""{"name":"{{string.Join(' ', context.Request.Headers.Where(header => header.Key.StartsWith("Impersonate", StringComparison.Ordinal)).Select(header => $"{header.Key}={header.Value}").Order(StringComparer.Ordinal))}}"}"""),
            headerEncoding: Encoding.UTF8);
        using var api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(server.Url, User)));

        Assert.Equal(
            "Impersonate-Extra-acme.com%2FProject=x Impersonate-Extra-scopes=read Impersonate-Group=devs Impersonate-Uid=7 Impersonate-User=jänè",
            (await api.GetAsync()).Name);
    }

    private static Task<TestApiServer> EchoAuthorizationAsync() => TestApiServer.StartAsync(
        context => context.Response.WriteAsync($$"""{"name":"{{context.Request.Headers.Authorization}}"}"""));
}
