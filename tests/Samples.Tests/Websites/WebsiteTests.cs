using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OrleansOperator.DevCluster;
using OrleansOperator.Samples.Websites;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Samples.Tests.Websites;

/// <summary>The operator of websites against an API server over real HTTP.</summary>
public sealed class WebsiteTests : IAsyncLifetime
{
    private const string Websites = "/apis/samples.orleansoperator.io/v1/namespaces/default/websites";

    private readonly string _kubeconfig = Path.GetTempFileName();
    private readonly HttpClient _http = new();
    private DevClusterServer? _cluster;
    private WebApplication? _app;

    public async ValueTask InitializeAsync()
    {
        _cluster = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true });
        _http.BaseAddress = _cluster.Url;
        await using (var crd = typeof(WebsiteOperator).Assembly.GetManifestResourceStream("2-website.yaml")!)
        using (var reader = new StreamReader(crd))
            await _cluster.ApplyAsync(await reader.ReadToEndAsync());
        _cluster.WriteKubeconfig(_kubeconfig);
        _app = SiloHost.Build(
            new SiloSettings
            {
                Kubeconfig = _kubeconfig,
                Urls = ["http://127.0.0.1:0"],
                AdminUrls = [],
                SiloPort = FreePort.Next(),
                GatewayPort = 0,
                LogLevel = LogLevel.Error,
            },
            WebsiteOperator.Build().Definition);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _http.Dispose();
        File.Delete(_kubeconfig);
    }

    [Fact]
    public async Task A_website_is_served_follows_its_page_and_leaves_nothing_behind()
    {
        await SendAsync(HttpMethod.Post, Websites, """{"apiVersion":"samples.orleansoperator.io/v1","kind":"Website","metadata":{"name":"home"},"spec":{"html":"one","replicas":2,"port":8080}}""");
        var site = await Eventually.Holds(() => GetAsync(Websites + "/home"), site => ReadyOf(site) == "True", "the website is ready");
        Assert.Equal(2, site!["status"]!["availableReplicas"]!.GetValue<int>());
        Assert.Equal("one", (await GetAsync(Core("configmaps")))!["data"]!["index.html"]!.GetValue<string>());
        Assert.Equal(8080, (await GetAsync(Core("services")))!["spec"]!["ports"]![0]!["port"]!.GetValue<int>());
        var before = HashOf(await GetAsync(Deployment));

        // The page changes, and with it the pods; the Service goes.
        await SendAsync(HttpMethod.Patch, Websites + "/home", """{"spec":{"html":"two","port":null}}""", "application/merge-patch+json");
        await Eventually.Holds(() => GetAsync(Core("configmaps")), map => map?["data"]?["index.html"]?.GetValue<string>() == "two", "the page is the new one");
        await Eventually.Holds(() => GetAsync(Deployment), deployment => HashOf(deployment) != before, "the pods are replaced");
        await Eventually.Holds(() => GetAsync(Core("services")), service => service is null, "the Service is deleted");

        // What somebody else deletes or changes is put back.
        await SendAsync(HttpMethod.Delete, Core("configmaps"));
        await SendAsync(HttpMethod.Patch, Deployment, """{"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"other"}]}}}}""", "application/strategic-merge-patch+json");
        await Eventually.Holds(() => GetAsync(Core("configmaps")), map => map is not null, "the ConfigMap is recreated");
        await Eventually.Holds(() => GetAsync(Deployment), deployment => deployment?["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]?.GetValue<string>() == "nginx:1.29", "the image is put back");

        await SendAsync(HttpMethod.Delete, Websites + "/home");
        await Eventually.Holds(() => GetAsync(Deployment), deployment => deployment is null, "what it owned is collected");
    }

    [Fact]
    public async Task A_website_at_rest_costs_nothing()
    {
        await SendAsync(HttpMethod.Post, Websites, """{"apiVersion":"samples.orleansoperator.io/v1","kind":"Website","metadata":{"name":"home"},"spec":{"html":"one","replicas":1,"port":80}}""");
        var ready = await Eventually.Holds(() => GetAsync(Websites + "/home"), site => ReadyOf(site) == "True", "the website is ready");

        // Another object's life passes by; of this one nothing is written.
        await SendAsync(HttpMethod.Post, Websites, """{"apiVersion":"samples.orleansoperator.io/v1","kind":"Website","metadata":{"name":"other"},"spec":{"html":"one","replicas":1}}""");
        await Eventually.Holds(() => GetAsync(Websites + "/other"), site => ReadyOf(site) == "True", "the other is ready");

        Assert.Equal(ready!["metadata"]!["resourceVersion"]!.GetValue<string>(), (await GetAsync(Websites + "/home"))!["metadata"]!["resourceVersion"]!.GetValue<string>());
    }

    private const string Deployment = "/apis/apps/v1/namespaces/default/deployments/home";

    private static string Core(string plural) => $"/api/v1/namespaces/default/{plural}/home";

    private static string? ReadyOf(JsonNode? site) =>
        site?["status"]?["conditions"]?.AsArray().FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == "Ready")?["status"]?.GetValue<string>();

    private static string? HashOf(JsonNode? deployment) =>
        deployment?["spec"]?["template"]?["metadata"]?["annotations"]?[WebsiteReconciler.HtmlHash]?.GetValue<string>();

    private async Task<JsonNode?> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
            return null;
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
