using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.DevCluster;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.WatchIngest.Health;
using OrleansOperator.WatchIngest.Reflecting;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

/// <summary>Against a real API server over HTTP: whatever happens to objects and connections, what is known ends equal to what there is.</summary>
public sealed class ReflectorConvergenceTests
{
    private static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap");

    private enum Step
    {
        Write,
        Rewrite,
        Delete,
        Cut,
        CutInMidFrame,
        Compact,
        FailLists,
        CatchUp,
    }

    /// <summary>Mostly changes, now and then something that breaks.</summary>
    private static readonly Gen<(Step Step, int Name)[]> Steps =
        Gen.Select(
            Gen.Frequency(
                (8, Gen.Const(Step.Write)), (4, Gen.Const(Step.Rewrite)), (4, Gen.Const(Step.Delete)), (1, Gen.Const(Step.Cut)),
                (1, Gen.Const(Step.CutInMidFrame)), (1, Gen.Const(Step.Compact)), (1, Gen.Const(Step.FailLists)), (2, Gen.Const(Step.CatchUp))),
            Gen.Int[0, 5]).Array[1, 60];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false, true)]
    [InlineData(1, false, false)]
    [InlineData(3, false, true)]
    [InlineData(3, true, true)]
    [InlineData(3, true, false)]
    public async Task What_is_known_ends_equal_to_what_there_is(int ranges, bool serverShards, bool streamed)
    {
        await using var server = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true, Loops = false, ShardedListAndWatch = serverShards }, Cancelled);
        using var http = new HttpClient { BaseAddress = server.Url };
        using var api = KubeApiClient.Connect(server.Url);
        var spaces = 0;
        await Steps.SampleAsync(
            async steps =>
            {
                var ns = $"space-{Interlocked.Increment(ref spaces)}";
                await PostAsync(http, "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
                await using var mirror = new Mirror(api, ns, ranges, streamed);
                foreach (var (step, name) in steps)
                    await TakeAsync(step, $"c{name}", server, http, mirror);
                server.Faults.Clear();
                await mirror.EqualsAsync(http);
            },
            iter: 20, threads: 1);
    }

    private static async Task TakeAsync(Step step, string name, DevClusterServer server, HttpClient http, Mirror mirror)
    {
        var path = $"/api/v1/namespaces/{mirror.Namespace}/configmaps";
        switch (step)
        {
            case Step.Write:
                await PostAsync(http, path, $$$"""{"metadata":{"name":"{{{name}}}"}}""");
                break;
            case Step.Rewrite:
                using (var body = new StringContent($$$"""{"data":{"text":"{{{Guid.NewGuid()}}}"}}""", new MediaTypeHeaderValue("application/merge-patch+json")))
                using (await http.PatchAsync($"{path}/{name}", body, Cancelled))
                    break;
            case Step.Delete:
                using (await http.DeleteAsync($"{path}/{name}", Cancelled))
                    break;
            case Step.Cut:
                server.Faults.CutWatches();
                break;
            case Step.CutInMidFrame:
                server.Faults.CutWatchesInMidFrame();
                break;
            case Step.Compact:
                // The watch ends too: else nobody would notice.
                server.Faults.CompactHistory();
                server.Faults.CutWatches();
                break;
            case Step.FailLists:
                server.Faults.Fail("list", "configmaps", 500, count: 1);
                break;
            case Step.CatchUp:
                server.Faults.Clear();
                await mirror.EqualsAsync(http);
                break;
        }
    }

    private static async Task PostAsync(HttpClient http, string path, string json)
    {
        using var body = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        using var response = await http.PostAsync(path, body, Cancelled);
        Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{path}: {response.StatusCode}");
    }

    /// <summary>Reflectors for all ranges of one namespace, and what they know together.</summary>
    private sealed class Mirror : IAsyncDisposable
    {
        private readonly TestClock _clock = new();
        private readonly Measured _meters = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly List<Copy> _copies = [];
        private readonly Task _run;

        public Mirror(KubeApiClient api, string ns, int ranges, bool streamed)
        {
            Namespace = ns;
            var metrics = new WatchIngestMetrics(_meters);
            var runs = new List<Task>();
            var definition = Widgets.Definition with { Resource = ConfigMaps, Namespaces = [ns], Ranges = ranges };
            foreach (var feed in Feed.Of([definition]))
            {
                var copy = new Copy();
                _copies.Add(copy);
                var reflector = new Reflector(
                    feed, copy, api, new FeedState(feed.Id, NullLogger.Instance), new WatchIngestOptions { PageSize = 2, StreamLists = streamed }, metrics, _clock, NullLogger.Instance);
                runs.Add(reflector.RunAsync(_stop.Token));
            }

            _run = Task.WhenAll(runs);
        }

        public string Namespace { get; }

        /// <summary>Waits until what is known is what the server lists; back-offs pass quickly meanwhile.</summary>
        public async Task EqualsAsync(HttpClient http)
        {
            var list = (await http.GetFromJsonAsync<JsonObject>($"/api/v1/namespaces/{Namespace}/configmaps", Cancelled))!;
            var there = Sorted(list["items"]!.AsArray().Select(item => Text(
                item!["metadata"]!["name"]!.GetValue<string>(),
                item["metadata"]!["uid"]!.GetValue<string>(),
                long.Parse(item["metadata"]!["resourceVersion"]!.GetValue<string>(), CultureInfo.InvariantCulture))));
            await Limit.UntilAsync(
                () =>
                {
                    _clock.Advance(TimeSpan.FromMilliseconds(200));
                    Assert.False(_run.IsFaulted, $"a reflector has failed: {_run.Exception}");
                    return Known() == there;
                },
                () => $"what is known\n{Known()}\nis not what there is\n{there}\n");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run.EndsAsync();
            _stop.Dispose();
            _meters.Dispose();
        }

        private string Known() =>
            Sorted(_copies.SelectMany(copy => copy.Objects.Values).Select(o => Text(o.Key.Name, o.Uid, o.ResourceVersion)));

        private static string Sorted(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

        private static string Text(string name, string uid, long version) => $"{name} {uid} {version}";
    }

    /// <summary>What one reflector knows.</summary>
    private sealed class Copy : IFeedSink
    {
        public ConcurrentDictionary<ObjectKey, ResourceSnapshot> Objects { get; } = new();

        public void Replace(IReadOnlyList<ResourceSnapshot> objects, IReadOnlyList<ObjectMeta> unreadable, long version)
        {
            var there = objects.ToDictionary(o => o.Key);
            foreach (var key in Objects.Keys.Where(key => !there.ContainsKey(key)))
                Objects.TryRemove(key, out _);
            foreach (var snapshot in objects)
                Upsert(snapshot);
        }

        public void Upsert(ResourceSnapshot snapshot) => Objects[snapshot.Key] = snapshot;

        public void Unreadable(ObjectMeta meta) => throw new InvalidOperationException($"{meta.Key} cannot be read");

        public void Delete(ObjectMeta meta, ResourceSnapshot? last) => Objects.TryRemove(meta.Key, out _);

        public void Reached(long version)
        {
            // Equal objects are what is asked for.
        }
    }
}
