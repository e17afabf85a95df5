using System.Net;
using k8s;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Certificates;

/// <summary>The server speaks HTTPS with an authority of its own, and knows users by the certificates that it issued.</summary>
public sealed class TlsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_kubeconfig_has_all_that_a_client_needs()
    {
        await using var server = await DevClusterServer.StartAsync(null, Token);
        using var kubeconfig = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(server.Kubeconfig));
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));

        var namespaces = await client.CoreV1.ListNamespaceAsync(cancellationToken: Token);

        Assert.Contains(namespaces.Items, ns => ns.Metadata.Name == "default");
        Assert.Equal("https", server.Url.Scheme);
        Assert.Equal("kubernetes-admin", Assert.Single(server.Audit.Entries).User);
    }

    [Fact]
    public async Task A_client_that_does_not_know_the_authority_refuses_the_server()
    {
        await using var server = await DevClusterServer.StartAsync(null, Token);
        using var stranger = new HttpClient { BaseAddress = server.Url };

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync("/version", Token));

        Assert.Equal(HttpRequestError.SecureConnectionError, refused.HttpRequestError);
    }

    [Fact]
    public async Task HTTP_2_is_spoken_over_TLS()
    {
        await using var server = await DevClusterServer.StartAsync(null, Token);
        using var client = server.CreateHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/default") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using var server = await DevClusterServer.StartAsync(null, Token);
        await using var other = await DevClusterServer.StartAsync(null, Token);
        using var foreign = other.IssueClientCertificate("kubernetes-admin", ["system:masters"]);
        using var client = server.CreateHttpClient(foreign);

        using var response = await client.GetAsync("/api/v1/namespaces", Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_certificate_is_refused_once_it_has_expired()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await DevClusterServer.StartAsync(new DevClusterOptions { TimeProvider = clock }, Token);
        using var certificate = server.IssueClientCertificate("kubernetes-admin", ["system:masters"], TimeSpan.FromHours(1));
        using var client = server.CreateHttpClient(certificate);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/namespaces", Token)).StatusCode);
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/namespaces", Token)).StatusCode);
    }

    [Fact]
    public async Task Who_shows_nothing_is_anonymous()
    {
        await using var server = await DevClusterServer.StartAsync(null, Token);
        using var client = server.CreateHttpClient(certificate: null);

        using var response = await client.GetAsync("/api/v1/pods", Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("User \\\"system:anonymous\\\" cannot list resource \\\"pods\\\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authorities_are_made_for_each_server_and_never_shared()
    {
        await using var one = await DevClusterServer.StartAsync(null, Token);
        await using var other = await DevClusterServer.StartAsync(null, Token);

        Assert.NotEqual(one.CertificateAuthority!.GetCertHashString(), other.CertificateAuthority!.GetCertHashString());
        Assert.False(one.CertificateAuthority.HasPrivateKey);
    }

    [Fact]
    public async Task Over_plain_HTTP_there_are_no_certificates()
    {
        await using var server = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true }, Token);

        Assert.Equal("http", server.Url.Scheme);
        Assert.Null(server.CertificateAuthority);
        Assert.Throws<InvalidOperationException>(() => server.KubeconfigFor("jane"));
        Assert.DoesNotContain("certificate", server.Kubeconfig, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_works_with_the_kubeconfig()
    {
        await using var server = await DevClusterServer.StartAsync(null, Token);
        using var kubectl = new Kubectl(server.Kubeconfig);

        Assert.Equal("namespace/default", await kubectl.RunAsync("get", "namespace", "default", "-o", "name"));
        Assert.Equal("configmap/from-kubectl created", await kubectl.RunAsync("create", "configmap", "from-kubectl"));
    }
}
