using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>A server of a test's own, and a plain HTTP client of it.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    private TestCluster(DevClusterServer server)
    {
        Server = server;
        Http = server.CreateHttpClient();
    }

    public DevClusterServer Server { get; }

    public HttpClient Http { get; }

    public static async Task<TestCluster> StartAsync(DevClusterOptions? options = null) =>
        new(await DevClusterServer.StartAsync(options, TestContext.Current.CancellationToken));

    public static string ConfigMap(string name, string extraMetadata = "") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"{{{extraMetadata}}} },"data":{"a":"1"}}""";

    public Task ApplyAsync(string manifests) => Server.ApplyAsync(manifests, TestContext.Current.CancellationToken);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> CreateAsync(string name) => SendAsync(HttpMethod.Post, ConfigMaps, ConfigMap(name));

    public Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json") =>
        TestUser.SendAsync(Http, method, path, body, type);

    /// <summary>Another user, by client certificate.</summary>
    public TestUser User(string name, params string[] groups) => new(Server.CreateHttpClient(Server.IssueClientCertificate(name, groups)));

    /// <summary>Another client's whole round: create, read, delete.</summary>
    public async Task AssertUnharmedAsync()
    {
        using var other = Server.CreateHttpClient();
        var token = TestContext.Current.CancellationToken;
        using var content = new StringContent(ConfigMap("unharmed"), Encoding.UTF8, "application/json");
        using var created = await other.PostAsync(ConfigMaps, content, token);
        Assert.Equal(201, (int)created.StatusCode);
        Assert.Equal("unharmed", JsonNode.Parse(await other.GetStringAsync(ConfigMaps + "/unharmed", token))!["metadata"]!["name"]!.GetValue<string>());
        using var deleted = await other.DeleteAsync(ConfigMaps + "/unharmed", token);
        Assert.Equal(200, (int)deleted.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
