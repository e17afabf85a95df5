using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace OrleansOperator.DevCluster.Benchmarks;

/// <summary>Requests for Foos, timed.</summary>
internal sealed class Load : IDisposable
{
    private const string Foos = "/apis/samplecontroller.k8s.io/v1alpha1/namespaces/default/foos";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;

    /// <param name="url">The server.</param>
    /// <param name="token">The token of whoever asks; null for none.</param>
    public Load(Uri url, string? token = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 200, UseProxy = false }) { BaseAddress = url };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Creates the CRD.</summary>
    public async Task PrepareAsync()
    {
        using var body = Body("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"foos.samplecontroller.k8s.io","annotations":{"api-approved.kubernetes.io":"unapproved, experimental-only"} },
             "spec":{"group":"samplecontroller.k8s.io","scope":"Namespaced","names":{"plural":"foos","kind":"Foo"},
              "versions":[{"name":"v1alpha1","served":true,"storage":true,"subresources":{"status":{}},
               "schema":{"openAPIV3Schema":{"type":"object","properties":{
                "spec":{"type":"object","properties":{"deploymentName":{"type":"string"},"replicas":{"type":"integer","minimum":1,"maximum":10}}},
                "status":{"type":"object","properties":{"availableReplicas":{"type":"integer"}}}}}}}]}}
            """);
        using var response = await _http.PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", body);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Creates Foos as fast as they are taken.</summary>
    /// <returns>How many a second.</returns>
    public async Task<double> CreateAsync(string prefix, int count, int connections)
    {
        var time = await EachAsync(count, connections, async i =>
        {
            using var body = Body($$"""{"apiVersion":"samplecontroller.k8s.io/v1alpha1","kind":"Foo","metadata":{"name":"{{prefix}}-{{i}}","labels":{"app":"{{prefix}}","number":"{{i}}"} },"spec":{"deploymentName":"{{prefix}}-{{i}}","replicas":3} }""");
            using var response = await _http.PostAsync(Foos, body);
            response.EnsureSuccessStatusCode();
        });
        return count / time.TotalSeconds;
    }

    public Task DeleteAsync(string prefix, int count, int connections) => EachAsync(count, connections, async i =>
    {
        using var response = await _http.DeleteAsync($"{Foos}/{prefix}-{i}");
        response.EnsureSuccessStatusCode();
    });

    /// <returns>The median time until a list is wholly read.</returns>
    public async Task<TimeSpan> ListAsync(int repeats)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i <= repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await _http.GetByteArrayAsync(Foos);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        return Median(times.Skip(1));
    }

    /// <summary>Watches many times over and changes one Foo.</summary>
    /// <returns>The median times from sending the change until the first and the last watcher has it.</returns>
    public async Task<(TimeSpan First, TimeSpan Last)> WatchAsync(int watchers, int repeats)
    {
        var readers = new List<StreamReader>();
        for (var i = 0; i < watchers; i++)
            readers.Add(new StreamReader(await _http.GetStreamAsync($"{Foos}?watch=true&resourceVersion={await VersionAsync()}")));
        var (first, last) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var seen = readers.Select(async reader =>
            {
                await reader.ReadLineAsync();
                return Stopwatch.GetElapsedTime(start);
            }).ToList();
            using var patch = new StringContent($$"""{"spec":{"replicas":{{1 + (i % 2)}} } }""", Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
            using var response = await _http.PatchAsync(Foos + "/foo-1", patch);
            response.EnsureSuccessStatusCode();
            var times = await Task.WhenAll(seen);
            first.Add(times.Min());
            last.Add(times.Max());
        }

        readers.ForEach(reader => reader.Dispose());
        return (Median(first), Median(last));
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> VersionAsync()
    {
        var list = await _http.GetStringAsync(Foos + "?limit=1");
        const string field = "\"resourceVersion\":\"";
        var at = list.IndexOf(field, StringComparison.Ordinal) + field.Length;
        return list[at..list.IndexOf('"', at)];
    }

    private static async Task<TimeSpan> EachAsync(int count, int connections, Func<int, Task> request)
    {
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < count)
                await request(i);
        }));
        return Stopwatch.GetElapsedTime(start);
    }

    private static ByteArrayContent Body(string json)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = Json;
        return content;
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
