using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>An API server of a test's own that knows OrleansClusters, and a plain HTTP client of it.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Namespace = "default";

    private readonly HttpClient _http;

    private ApiServer(DevClusterServer server)
    {
        Server = server;
        _http = new HttpClient { BaseAddress = server.Url };
    }

    public DevClusterServer Server { get; }

    public static string Crd => Resource("orleanscluster.yaml");

    /// <summary>A manifest of deploy/.</summary>
    public static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ApiServer).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    public static async Task<ApiServer> StartAsync(bool withCrd = true)
    {
        var server = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true }, TestContext.Current.CancellationToken);
        if (withCrd)
            await server.ApplyAsync(Crd, TestContext.Current.CancellationToken);
        return new ApiServer(server);
    }

    public Task<JsonObject> ClusterAsync(string name) =>
        GetAsync($"/apis/orleansoperator.io/v1alpha1/namespaces/{Namespace}/orleansclusters/{name}");

    public Task DeleteClusterAsync(string name) => SendAsync(HttpMethod.Delete, Cluster(name));

    /// <summary>What the API server says to a deletion of the table; null when it does it.</summary>
    public async Task<string?> RefusalToDeleteClusterAsync(string name)
    {
        using var response = await _http.DeleteAsync(Cluster(name), TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode ? null : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task AnnotateClusterAsync(string name, string annotation) =>
        SendAsync(HttpMethod.Patch, Cluster(name), $$$"""{"metadata":{"annotations":{"{{{annotation}}}":"true"} } }""");

    public async Task<IReadOnlyList<JsonObject>> LeasesAsync() =>
        [.. (await GetAsync($"/apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases"))["items"]!.AsArray().Select(item => item!.AsObject())];

    /// <summary>Makes a pod, with its status, and returns its uid.</summary>
    public async Task<string> CreatePodAsync(string name, string ip, string phase = "Running", string labels = "{}")
    {
        var pod = await SendAsync(HttpMethod.Post, Pods, $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"spec":{"containers":[{"name":"silo","image":"silo"}]}}
            """);
        await SetPhaseAsync(name, phase, ip);
        return pod["metadata"]!["uid"]!.GetValue<string>();
    }

    public Task SetPhaseAsync(string name, string phase, string ip) => SendAsync(HttpMethod.Patch, $"{Pods}/{name}/status", $$$"""
        {"status":{"phase":"{{{phase}}}","podIP":"{{{ip}}}","podIPs":[{"ip":"{{{ip}}}"}]}}
        """);

    public Task DeletePodAsync(string name) => SendAsync(HttpMethod.Delete, $"{Pods}/{name}?gracePeriodSeconds=0");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    private static string Cluster(string name) => $"/apis/orleansoperator.io/v1alpha1/namespaces/{Namespace}/orleansclusters/{name}";

    private static string Pods => $"/api/v1/namespaces/{Namespace}/pods";

    private async Task<JsonObject> GetAsync(string path) =>
        (await _http.GetFromJsonAsync<JsonObject>(path, TestContext.Current.CancellationToken))!;

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
