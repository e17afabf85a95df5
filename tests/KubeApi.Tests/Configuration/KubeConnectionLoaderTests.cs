using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Configuration;

public sealed class KubeConnectionLoaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, string> _variables = [];

    private KubeEnvironment Environment => new(
        _variables.GetValueOrDefault, Path.Combine(_directory.Path, "home"), Path.Combine(_directory.Path, "serviceaccount"), HasTerminal: false);

    private string UsualKubeconfig => Path.Combine(Environment.Home, ".kube", "config");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_file_given_is_used_with_its_current_context()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://10.0.0.1:8080"), "{token: secret}"));
        InPod();

        var connection = Load(new() { Kubeconfig = file });

        Assert.Equal("http://10.0.0.1:8080/", connection.Server.AbsoluteUri);
        Assert.Equal(("Bearer secret", "shop"), (await AuthorizationAsync(connection), connection.Namespace));
    }

    [Fact]
    public void The_context_given_goes_before_the_current_one()
    {
        var file = _directory.Write("config", TwoContexts("a", "b"));

        Assert.Equal("http://b/", Load(new() { Kubeconfig = file, Context = "b" }).Server.AbsoluteUri);
        Assert.Equal("http://a/", Load(new() { Kubeconfig = file }).Server.AbsoluteUri);
    }

    [Fact]
    public async Task The_master_given_goes_before_the_file_s_server()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://10.0.0.1:8080"), "{token: secret}"));

        var connection = Load(new() { Kubeconfig = file, Master = "http://10.0.0.2:1" });

        Assert.Equal(("http://10.0.0.2:1/", "Bearer secret"), (connection.Server.AbsoluteUri, await AuthorizationAsync(connection)));
    }

    [Fact]
    public async Task The_master_alone_is_used_without_credentials()
    {
        InPod();
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual"), "{token: secret}"));

        var connection = Load(new() { Master = "http://10.0.0.2:1" });

        Assert.Equal(("http://10.0.0.2:1/", null), (connection.Server.AbsoluteUri, await AuthorizationAsync(connection)));
    }

    [Fact]
    public async Task In_a_pod_its_service_account_is_used()
    {
        InPod();
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual")));

        var connection = Load(new());

        Assert.Equal(("https://10.96.0.1/", "operators"), (connection.Server.AbsoluteUri, connection.Namespace));
        Assert.Single(connection.Trust.Authorities!);
        Assert.Equal("Bearer token-1", await AuthorizationAsync(connection));
    }

    [Fact]
    public void In_a_pod_with_IPv6_the_address_is_put_in_brackets()
    {
        InPod();
        _variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _variables["KUBERNETES_SERVICE_PORT"] = "6443";

        Assert.Equal("https://[fd00::1]:6443/", Load(new()).Server.AbsoluteUri);
    }

    [Fact]
    public void Elsewhere_the_usual_file_is_used()
    {
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual")));

        Assert.Equal("http://usual/", Load(new()).Server.AbsoluteUri);
    }

    [Fact]
    public void A_context_alone_means_the_usual_file_in_a_pod_too()
    {
        InPod();
        _directory.Write(UsualKubeconfig, TwoContexts("a", "b"));

        Assert.Equal("http://b/", Load(new() { Context = "b" }).Server.AbsoluteUri);
    }

    [Fact]
    public void The_files_of_KUBECONFIG_are_merged_the_first_one_winning_and_absent_ones_passed_over()
    {
        var first = _directory.Write("first", TwoContexts("a", "b"));
        var second = _directory.Write("second", TwoContexts("b", "c", host: "second-"));
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, "/nonexistent", second);
        _directory.Write(UsualKubeconfig, KubeconfigText.For(new Uri("http://usual")));

        Assert.Equal("http://a/", Load(new()).Server.AbsoluteUri);
        Assert.Equal("http://b/", Load(new() { Context = "b" }).Server.AbsoluteUri);
        Assert.Equal("http://second-c/", Load(new() { Context = "c" }).Server.AbsoluteUri);
    }

    [Fact]
    public async Task A_user_or_cluster_counts_as_the_first_file_has_it_as_a_whole()
    {
        var first = _directory.Write("first", KubeconfigText.For(new Uri("http://one"), "{token: one}"));
        _directory.Write("token", "two");
        var second = _directory.Write("second", KubeconfigText.For(new Uri("http://two"), "{tokenFile: token}", "proxy-url: \"http://proxy\""));
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, second);

        var connection = Load(new());

        Assert.Equal(("http://one/", "Bearer one"), (connection.Server.AbsoluteUri, await AuthorizationAsync(connection)));
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

        Assert.Single(Load(new() { Context = "here" }).Trust.Authorities!);
    }

    [Fact]
    public void The_proxy_of_the_context_s_cluster_is_used()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://far"), cluster: "proxy-url: \"http://proxy:3128\""));

        Assert.Equal(new Uri("http://proxy:3128"), Load(new() { Kubeconfig = file }).Proxy);
    }

    [Fact]
    public async Task A_user_without_credentials_is_anonymous()
    {
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://here"), "{}"));

        Assert.Null(await AuthorizationAsync(Load(new() { Kubeconfig = file })));
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
        { KubeconfigText.For(new Uri("http://x"), "{tokenFile: gone}"), "tokenFile of user \"me\" cannot be read (Could not find file" },
        { KubeconfigText.For(new Uri("http://x"), "{client-certificate: gone, client-key: gone}"), "client-certificate of user \"me\" cannot be read (Could not find file" },
        { KubeconfigText.For(new Uri("https://x"), cluster: "certificate-authority: gone"), "certificate-authority of cluster \"here\" cannot be read (Could not find file" },
        { KubeconfigText.For(new Uri("https://x"), cluster: "certificate-authority-data: \"%%\""), "cannot be used: certificate-authority-data of its cluster \"here\" is not base64." },
        { KubeconfigText.For(new Uri("https://x"), cluster: "certificate-authority-data: bm90IFBFTQ=="), "cannot be used: its certificate authorities have no certificate in PEM form." },
        { KubeconfigText.For(new Uri("https://x"), cluster: "certificate-authority-data: bm90IFBFTQ==, insecure-skip-tls-verify: true"), "has a certificate authority and insecure-skip-tls-verify, of which only one can be meant: remove the other." },
        { KubeconfigText.For(new Uri("https://x"), cluster: "insecure-skip-tls-verify: maybe"), "cannot be read (clusters[0].cluster.insecure-skip-tls-verify is not true or false)" },
        { KubeconfigText.For(new Uri("http://x"), cluster: "proxy-url: \"ftp://user:secret@proxy\""), "the proxy-url of its cluster \"here\" has the scheme ftp: it must be http, https or socks5." },
        { KubeconfigText.For(new Uri("http://x"), cluster: "proxy-url: \"user:secret@proxy\""), "the proxy-url of its cluster \"here\" " },
        { KubeconfigText.For(new Uri("http://x"), "{as-groups: [devs]}"), "cannot be read (users[0].user has as-uid, as-groups or as-user-extra without \"as\", the user that they belong to)" },
        { KubeconfigText.For(new Uri("http://x"), "{as: jane, as-groups: devs}"), "cannot be read (users[0].user.as-groups is not a list)" },
        { KubeconfigText.For(new Uri("http://x"), "{as: jane, as-groups: [devs, ops]}"), "cannot be read (users[0].user.as-groups has 2 groups, and only one can be sent: give a user, or one group, that is bound to what it needs)" },
        { KubeconfigText.For(new Uri("http://x"), "{as: jane, as-user-extra: {scopes: [read, write]}}"), "cannot be read (users[0].user.as-user-extra has several values for \"scopes\", and only one can be sent)" },
        { KubeconfigText.For(new Uri("http://x"), "{token: a, username: b, password: c}"), "its user \"me\" has both a token and a password: remove one of them." },
        { KubeconfigText.For(new Uri("http://x"), "{client-certificate-data: YQ==}"), "its user \"me\" has one of client-certificate and client-key, without the other." },
        { KubeconfigText.For(new Uri("http://x"), "{auth-provider: {name: gcp}}"), "its user \"me\" has the auth-provider \"gcp\", which Kubernetes has removed" },
        { KubeconfigText.For(new Uri("http://x"), "{exec: {apiVersion: client.authentication.k8s.io/v1}}"), "the exec plugin of its user \"me\" has no command." },
        { KubeconfigText.For(new Uri("http://x"), "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: true}}"), "has the apiVersion \"client.authentication.k8s.io/v1alpha1\": it must be" },
        { KubeconfigText.For(new Uri("http://x"), "{exec: {apiVersion: client.authentication.k8s.io/v1, command: true, interactiveMode: Always}}"), "needs a terminal (interactiveMode: Always), and this process has none." },
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
            $"No cluster is configured: this is not a pod with a service account, KUBECONFIG is not set and {UsualKubeconfig} does not exist. "
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

    [Fact]
    public void Names_that_differ_in_case_only_are_different()
    {
        var file = _directory.Write("config", TwoContexts("Prod", "prod"));

        Assert.Equal("prod", Load(new() { Kubeconfig = file, Context = "prod" }).Namespace);
        Assert.Equal("Prod", Load(new() { Kubeconfig = file, Context = "Prod" }).Namespace);
        Assert.Throws<KubeConfigurationException>(() => Load(new() { Kubeconfig = file, Context = "PROD" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n\n")]
    [InlineData("---\n")]
    public void A_file_of_KUBECONFIG_that_says_nothing_is_passed_over(string text)
    {
        var empty = _directory.Write("empty", text);
        var file = _directory.Write("config", KubeconfigText.For(new Uri("http://here")));
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, empty, file);

        Assert.Equal("http://here/", Load(new()).Server.AbsoluteUri);
    }

    [Fact]
    public void A_kubeconfig_in_JSON_is_read()
    {
        var file = _directory.Write("config", """{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"b"}}],"clusters":[{"name":"b","cluster":{"server":"http://json"}}],"users":null}""");

        Assert.Equal("http://json/", Load(new() { Kubeconfig = file }).Server.AbsoluteUri);
    }

    private static async Task<string?> AuthorizationAsync(KubeConnection connection) =>
        (await connection.Credentials.GetAsync(TestContext.Current.CancellationToken)).Authorization?.ToString();

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
        - {name: {{{first}}}, context: {cluster: {{{first}}}, namespace: {{{first}}}}}
        - {name: {{{second}}}, context: {cluster: {{{second}}}, namespace: {{{second}}}}}
        clusters:
        - {name: {{{first}}}, cluster: {server: "http://{{{host}}}{{{first}}}/"}}
        - {name: {{{second}}}, cluster: {server: "http://{{{host}}}{{{second}}}/"}}
        """;
}
