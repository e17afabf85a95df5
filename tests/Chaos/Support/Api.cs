using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.Chaos.Support;

/// <summary>What the scenarios do and see at the API server.</summary>
internal sealed class Api(HttpClient http) : IDisposable
{
    private const string Foos = "/apis/samplecontroller.k8s.io/v1alpha1/namespaces/default/foos";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    private readonly HttpClient _http = http;

    /// <summary>Its URL.</summary>
    public Uri Server => _http.BaseAddress!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The operator's writes and the number of requests that it made.</summary>
    public sealed record Audit(IReadOnlyList<JsonObject> Entries)
    {
        public int Done(string verb, string resource) => Entries.Count(e => Is(e, verb, resource) && (int)e["code"]! is >= 200 and < 300 && !(bool)e["dryRun"]!);

        private static bool Is(JsonObject e, string verb, string resource) => (string)e["verb"]! == verb && (string)e["resource"]! == resource;
    }

    public async Task ApplyAsync(string manifest, string path) =>
        await SendAsync(HttpMethod.Post, path, manifest, "application/yaml");

    public Task CreateFooAsync(string name, int replicas) => SendAsync(HttpMethod.Post, Foos, $$$"""
        {"apiVersion":"samplecontroller.k8s.io/v1alpha1","kind":"Foo","metadata":{"name":"{{{name}}}"},"spec":{"deploymentName":"{{{name}}}","replicas":{{{replicas}}}}}
        """);

    public Task ScaleFooAsync(string name, int replicas) =>
        SendAsync(HttpMethod.Patch, $"{Foos}/{name}", $$$"""{"spec":{"replicas":{{{replicas}}}}}""", "application/merge-patch+json");

    public Task DeleteFooAsync(string name) => SendAsync(HttpMethod.Delete, $"{Foos}/{name}");

    public Task DeleteDeploymentAsync(string name) => SendAsync(HttpMethod.Delete, $"{Deployments}/{name}");

    public async Task<IReadOnlyList<JsonObject>> FoosAsync() => Items(await SendAsync(HttpMethod.Get, Foos));

    public async Task<IReadOnlyList<JsonObject>> DeploymentsAsync() => Items(await SendAsync(HttpMethod.Get, Deployments));

    public Task FaultAsync(string fault) => SendAsync(HttpMethod.Post, "/devcluster/faults", fault);

    /// <summary>A place in the audit log.</summary>
    public async Task<long> MarkAsync() => (long)(await SendAsync(HttpMethod.Get, "/devcluster/audit?verb=none"))["mark"]!;

    /// <summary>What the operator has written since a mark.</summary>
    public async Task<Audit> WritesAsync(long since)
    {
        var answer = await SendAsync(HttpMethod.Get, $"/devcluster/audit?writes=true&since={since.ToString(CultureInfo.InvariantCulture)}");
        return new Audit([.. answer["entries"]!.AsArray().Select(e => e!.AsObject()).Where(IsOperator)]);
    }

    /// <summary>The operator's reads of single objects since a mark.</summary>
    public async Task<int> ReadsAsync(long since)
    {
        var answer = await SendAsync(HttpMethod.Get, $"/devcluster/audit?verb=get&since={since.ToString(CultureInfo.InvariantCulture)}");
        return answer["entries"]!.AsArray().Count(e => IsOperator(e!.AsObject()) && (string)e!["resource"]! is "foos" or "deployments");
    }

    /// <summary>The silos of the cluster and their status, as the membership table has them.</summary>
    public async Task<IReadOnlyList<string>> MembersAsync()
    {
        var clusters = Items(await SendAsync(HttpMethod.Get, "/apis/orleansoperator.io/v1alpha1/orleansclusters"));
        return [.. clusters.Single()["status"]!["silos"]!.AsArray()
            .Where(silo => (string)silo!["status"]! != "Dead").Select(silo => $"{silo!["silo"]} {silo["status"]}").Order(StringComparer.Ordinal)];
    }

    /// <summary>Every change of a Deployment, as a watch brings it.</summary>
    public async IAsyncEnumerable<(string Type, string Name, int Replicas)> WatchDeploymentsAsync(
        TaskCompletionSource opened, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri($"{Deployments}?watch=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        opened.TrySetResult();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            using var frame = JsonDocument.Parse(line);
            var o = frame.RootElement.GetProperty("object");
            if (o.TryGetProperty("spec", out var spec))
                yield return (frame.RootElement.GetProperty("type").GetString()!, o.GetProperty("metadata").GetProperty("name").GetString()!, spec.GetProperty("replicas").GetInt32());
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Leases and the membership table are the price of being a cluster; the scenarios count what is done for Foos.</summary>
    private static bool IsOperator(JsonObject entry) =>
        ((string)entry["userAgent"]!).StartsWith("orleans-operator", StringComparison.OrdinalIgnoreCase)
        && (string)entry["resource"]! is not ("leases" or "orleansclusters" or "orleansclusters/status");

    private static List<JsonObject> Items(JsonObject list) => [.. list["items"]!.AsArray().Select(item => item!.AsObject())];

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));
        using var response = await _http.SendAsync(request, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        return response.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }
}
