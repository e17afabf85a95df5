using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;

namespace OrleansOperator.Integration.Support;

/// <summary>A user of the cluster, in plain HTTP and JSON, so that nothing of the operator's own client is trusted.</summary>
/// <param name="server">The API server.</param>
/// <param name="ns">The namespace that the user works in.</param>
/// <param name="token">A token of the user; null for the administrator's certificate.</param>
internal sealed class ClusterClient(DevClusterServer server, string ns, string? token = null) : IDisposable
{
    public const string FooApi = "samplecontroller.k8s.io/v1alpha1";

    private readonly HttpClient _http = Connect(server, token);

    public string Namespace => ns;

    private string Foos => $"/apis/{FooApi}/namespaces/{ns}/foos";

    private string Deployments => $"/apis/apps/v1/namespaces/{ns}/deployments";

    public async Task<ClusterClient> CreateNamespaceAsync()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces", $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{ns}}}"}}""");
        return this;
    }

    public Task<JsonObject> CreateFooAsync(string name, string? deployment, int? replicas, string extraMetadata = "") =>
        SendAsync(HttpMethod.Post, Foos, FooJson(name, deployment, replicas, extraMetadata));

    public static string FooJson(string name, string? deployment, int? replicas, string extraMetadata = "")
    {
        var spec = new JsonObject();
        if (deployment is not null)
            spec["deploymentName"] = deployment;
        if (replicas is not null)
            spec["replicas"] = replicas;
        return $$"""{"apiVersion":"{{FooApi}}","kind":"Foo","metadata":{"name":"{{name}}"{{extraMetadata}}},"spec":{{spec.ToJsonString()}}}""";
    }

    public Task<JsonObject> PatchFooAsync(string name, string mergePatch) =>
        SendAsync(HttpMethod.Patch, $"{Foos}/{name}", mergePatch, "application/merge-patch+json");

    public Task<JsonObject?> GetFooAsync(string name) => FindAsync($"{Foos}/{name}");

    public Task<JsonObject> DeleteFooAsync(string name) => SendAsync(HttpMethod.Delete, $"{Foos}/{name}");

    public Task<JsonObject?> GetDeploymentAsync(string name) => FindAsync($"{Deployments}/{name}");

    public Task<JsonObject> CreateDeploymentAsync(string json) => SendAsync(HttpMethod.Post, Deployments, json);

    public Task<JsonObject> DeleteDeploymentAsync(string name) => SendAsync(HttpMethod.Delete, $"{Deployments}/{name}");

    public Task<JsonObject> PatchDeploymentAsync(string name, string patch, string type = "application/strategic-merge-patch+json") =>
        SendAsync(HttpMethod.Patch, $"{Deployments}/{name}", patch, type);

    /// <summary>The Events about one object, oldest first.</summary>
    public async Task<List<JsonObject>> EventsAsync(string about)
    {
        var list = await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/events?fieldSelector=involvedObject.name%3D{about}");
        return [.. list["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    /// <summary>Waits for an Event about an object.</summary>
    public async Task<JsonObject> EventWhere(string about, Func<JsonObject, bool> holds) =>
        (await Eventually.Holds(() => EventsAsync(about), events => events.Exists(e => holds(e)), $"an Event about {about}")).First(holds);

    /// <summary>Waits until the Foo is as wanted.</summary>
    public async Task<JsonObject> FooWhere(string name, Func<JsonObject, bool> holds, string what) =>
        (await Eventually.Holds(() => GetFooAsync(name), foo => foo is not null && holds(foo), $"Foo {name} {what}"))!;

    /// <summary>Waits until the Deployment is as wanted.</summary>
    public async Task<JsonObject> DeploymentWhere(string name, Func<JsonObject, bool> holds, string what) =>
        (await Eventually.Holds(() => GetDeploymentAsync(name), d => d is not null && holds(d), $"Deployment {name} {what}"))!;

    /// <summary>Waits until the Foo is Ready for its newest generation.</summary>
    public Task<JsonObject> ReadyFoo(string name) => FooWhere(name, IsReady, "is Ready");

    public static bool IsReady(JsonObject foo) =>
        Ready(foo)?["status"]?.GetValue<string>() == "True"
        && foo["status"]!["observedGeneration"]?.GetValue<long>() == foo["metadata"]!["generation"]!.GetValue<long>();

    public static JsonObject? Ready(JsonObject foo) =>
        foo["status"]?["conditions"]?.AsArray().FirstOrDefault(c => c!["type"]!.GetValue<string>() == "Ready")?.AsObject();

    public static string? ReadyReason(JsonObject foo) => Ready(foo)?["reason"]?.GetValue<string>();

    public static string Uid(JsonObject o) => o["metadata"]!["uid"]!.GetValue<string>();

    public static string? ControllerUid(JsonObject o) =>
        o["metadata"]!["ownerReferences"]?.AsArray()
            .FirstOrDefault(r => r!["controller"]?.GetValue<bool>() == true)?["uid"]?.GetValue<string>();

    public async Task<JsonObject?> FindAsync(string path)
    {
        using var response = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        return await ReadAsync(response);
    }

    public async Task<JsonObject> SendAsync(HttpMethod method, string path, string? json = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await ReadAsync(response);
    }

    public void Dispose() => _http.Dispose();

    private static HttpClient Connect(DevClusterServer server, string? token)
    {
        if (token is null)
            return server.CreateHttpClient();
        var http = server.CreateHttpClient(certificate: null);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
