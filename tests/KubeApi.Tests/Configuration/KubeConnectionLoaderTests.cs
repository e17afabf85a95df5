using k8s;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Configuration;

public sealed class KubeConnectionLoaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, string> _variables = [];

    private KubeEnvironment Environment => new(
        _variables.GetValueOrDefault, Path.Combine(_directory.Path, "home"), Path.Combine(_directory.Path, "serviceaccount"));

    private string UsualKubeconfig => Path.Combine(Environment.Home, ".kube", "config");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_file_given_is_used_with_its_current_context()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://10.0.0.1:8080"), "{token: secret}"));
        InPod();

        var connection = Load(new() { Kubeconfig = file });

        Assert.Equal("http://10.0.0.1:8080/", connection.Configuration.Host);
        Assert.Equal(("secret", "shop"), (connection.Configuration.AccessToken, connection.Configuration.Namespace));
    }

    [Fact]
    public void The_context_given_goes_before_the_current_one()
    {
        var file = _directory.Write("config", TwoContexts("a", "b"));

        Assert.Equal("http://b/", Load(new() { Kubeconfig = file, Context = "b" }).Configuration.Host);
        Assert.Equal("http://a/", Load(new() { Kubeconfig = file }).Configuration.Host);
    }

    [Fact]
    public void The_master_given_goes_before_the_file_s_server()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://10.0.0.1:8080"), "{token: secret}"));

        var configuration = Load(new() { Kubeconfig = file, Master = "http://10.0.0.2:1" }).Configuration;

        Assert.Equal(("http://10.0.0.2:1", "secret"), (configuration.Host, configuration.AccessToken));
    }

    [Fact]
    public void The_master_alone_is_used_without_credentials()
    {
        InPod();
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual"), "{token: secret}"));

        var configuration = Load(new() { Master = "http://10.0.0.2:1" }).Configuration;

        Assert.Equal("http://10.0.0.2:1", configuration.Host);
        Assert.Null(Kubernetes.CreateCredentials(configuration));
    }

    [Fact]
    public async Task In_a_pod_its_service_account_is_used()
    {
        InPod();
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual")));

        var configuration = Load(new()).Configuration;

        Assert.Equal("https://10.96.0.1/", configuration.Host);
        Assert.Equal("operators", configuration.Namespace);
        Assert.Single(configuration.SslCaCerts);
        Assert.Equal("Bearer token-1", (await configuration.TokenProvider.GetAuthenticationHeaderAsync(TestContext.Current.CancellationToken)).ToString());
    }

    [Fact]
    public void In_a_pod_with_IPv6_the_address_is_put_in_brackets()
    {
        InPod();
        _variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _variables["KUBERNETES_SERVICE_PORT"] = "6443";

        Assert.Equal("https://[fd00::1]:6443/", Load(new()).Configuration.Host);
    }

    [Fact]
    public void Elsewhere_the_usual_file_is_used()
    {
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual")));

        Assert.Equal("http://usual/", Load(new()).Configuration.Host);
    }

    [Fact]
    public void A_context_alone_means_the_usual_file_in_a_pod_too()
    {
        InPod();
        _directory.Write(UsualKubeconfig, TwoContexts("a", "b"));

        Assert.Equal("http://b/", Load(new() { Context = "b" }).Configuration.Host);
    }

    [Fact]
    public void The_files_of_KUBECONFIG_are_merged_the_first_one_winning_and_absent_ones_passed_over()
    {
        var first = _directory.Write("first", TwoContexts("a", "b"));
        var second = _directory.Write("second", TwoContexts("b", "c", host: "second-"));
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, "/nonexistent", second);
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual")));

        Assert.Equal("http://a/", Load(new()).Configuration.Host);
        Assert.Equal("http://b/", Load(new() { Context = "b" }).Configuration.Host);
        Assert.Equal("http://second-c/", Load(new() { Context = "c" }).Configuration.Host);
    }

    [Fact]
    public void A_user_or_cluster_counts_as_the_first_file_has_it_as_a_whole()
    {
        var first = _directory.Write("first", KubeconfigText.For(new Uri("http://one"), "{token: one}"));
        _directory.Write("token", "two");
        var second = _directory.Write("second", KubeconfigText.For(new Uri("http://two"), "{tokenFile: token}", "proxy-url: \"http://proxy\""));
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, second);

        var connection = Load(new());

        Assert.Equal(("http://one/", "one"), (connection.Configuration.Host, connection.Configuration.AccessToken));
        Assert.Null(connection.Configuration.TokenProvider);
        Assert.Null(connection.Proxy);
    }

    [Fact]
    public void Paths_are_meant_from_the_file_that_has_them()
    {
        using var authority = new TestAuthority();
        _directory.Write("other/ca.crt", authority.Certificate.ExportCertificatePem());
        var first = _directory.Write("first", TwoContexts("a", "b"));
        var second = _directory.Write("other/config", KubeconfigText.For(new Uri("https://secure"), cluster: "certificate-authority: ca.crt"));
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, second);

        Assert.Single(Load(new() { Context = "here" }).Configuration.SslCaCerts);
    }

    [Fact]
    public void The_proxy_of_the_context_s_cluster_is_used()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://far"), cluster: "proxy-url: \"http://proxy:3128\""));

        Assert.Equal(new Uri("http://proxy:3128"), Load(new() { Kubeconfig = file }).Proxy);
    }

    [Fact]
    public void A_user_without_credentials_is_anonymous()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://here"), "{}"));

        Assert.Null(Kubernetes.CreateCredentials(Load(new() { Kubeconfig = file }).Configuration));
    }

    public static TheoryData<string, string> WrongFiles => new()
    {
        { "", "cannot be read (it is empty): check the path and its permissions, and that it is a kubeconfig in YAML." },
        { "just words", "cannot be read (" },
        { "a: [", "cannot be read (" },
        { "current-context: here\n", "has no context \"here\": give --context NAME, one of (none)." },
        { "apiVersion: v1\n", "has no current-context: give --context NAME, one of (none)." },
        { KubeconfigText.For(new Uri("http://x")).Replace("current-context: here", "current-context: there"), "has no context \"there\": give --context NAME, one of here." },
        { KubeconfigText.For(new Uri("http://x")).Replace("cluster: here, user", "cluster: gone, user"), "context \"here\", cannot be used: its cluster \"gone\" is not among those of the file: here." },
        { KubeconfigText.For(new Uri("http://x")).Replace("cluster: here, user", "user"), "context \"here\", cannot be used: it names no cluster." },
        { KubeconfigText.For(new Uri("http://x")).Replace("http://x", "x:6443"), "the server \"x:6443/\" of its cluster \"here\" is not an http or https URL." },
        { KubeconfigText.For(new Uri("http://x")).Replace("user: me, ", "user: gone, "), "context \"here\", cannot be used: its user \"gone\" is not among those of the file: me." },
        { KubeconfigText.For(new Uri("http://x"), "{tokenFile: gone}"), "tokenFile of user me cannot be read (Could not find file" },
        { KubeconfigText.For(new Uri("http://x"), "{client-certificate: gone, client-key: gone}"), "client-certificate of user me cannot be read (Could not find file" },
        { KubeconfigText.For(new Uri("https://x"), cluster: "certificate-authority: gone"), "cannot be used: Could not find file" },
        { KubeconfigText.For(new Uri("https://x"), cluster: "certificate-authority-data: \"%%\""), "cannot be used: The input is not a valid Base-64 string" },
        { KubeconfigText.For(new Uri("http://x"), "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /nonexistent/plugin, installHint: install it}}"), "its exec plugin \"/nonexistent/plugin\" cannot be started: " },
    };

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void What_is_wrong_with_a_file_is_said_in_one_line_that_names_it(string text, string problem)
    {
        var file = _directory.Write("config", text);

        var error = Assert.Throws<KubeConfigurationException>(() => Load(new() { Kubeconfig = file }));

        Assert.StartsWith("Kubeconfig " + file, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void An_absent_file_is_named()
    {
        var error = Assert.Throws<KubeConfigurationException>(() => Load(new() { Kubeconfig = "/nonexistent/config" }));

        Assert.Equal(
            "Kubeconfig /nonexistent/config cannot be read (Could not find a part of the path '/nonexistent/config'.): "
            + "check the path and its permissions, and that it is a kubeconfig in YAML.",
            error.Message);
    }

    [Fact]
    public void Without_any_configuration_it_says_where_it_looked()
    {
        var error = Assert.Throws<KubeConfigurationException>(() => Load(new()));

        Assert.Equal(
            $"No cluster is configured: this is no pod with a service account, KUBECONFIG is not set and {UsualKubeconfig} does not exist. "
            + "Give --kubeconfig FILE.",
            error.Message);
    }

    [Fact]
    public void Without_any_file_of_KUBECONFIG_it_names_the_variable()
    {
        _variables["KUBECONFIG"] = "/nonexistent/a:/nonexistent/b";

        var error = Assert.Throws<KubeConfigurationException>(() => Load(new()));

        Assert.StartsWith("No file that the environment variable KUBECONFIG names exists (/nonexistent/a:/nonexistent/b)", error.Message, StringComparison.Ordinal);
    }

    private KubeConnection Load(KubeApiOptions options) => TestClients.Load(Environment, options);

    private void InPod()
    {
        using var authority = new TestAuthority();
        _variables["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
        _variables["KUBERNETES_SERVICE_PORT"] = "443";
        _directory.Write("serviceaccount/token", "token-1\n");
        _directory.Write("serviceaccount/namespace", "operators\n");
        _directory.Write("serviceaccount/ca.crt", authority.Certificate.ExportCertificatePem());
    }

    private static string TwoContexts(string first, string second, string host = "") => $$$"""
        apiVersion: v1
        kind: Config
        current-context: {{{first}}}
        contexts:
        - {name: {{{first}}}, context: {cluster: {{{first}}}}}
        - {name: {{{second}}}, context: {cluster: {{{second}}}}}
        clusters:
        - {name: {{{first}}}, cluster: {server: "http://{{{host}}}{{{first}}}/"}}
        - {name: {{{second}}}, cluster: {server: "http://{{{host}}}{{{second}}}/"}}
        """;
}
