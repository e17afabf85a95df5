using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.KubeApi.Events;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Events;

public sealed class EventRecorderTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly ObjectReference s_one = new("example.com/v1", "Widget", "shop", "one", "uid-1", "5");

    private readonly Meter _meter = new("tests");
    private readonly Measurements _measured;

    public EventRecorderTests() => _measured = new Measurements(_meter);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _measured.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task An_event_is_created_about_its_object_by_its_reporter()
    {
        var api = new ScriptedApi();
        using var recorder = Recorder(api, new FakeTimeProvider(s_start));
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Warning, "Failed", "it failed");

        var (start, body) = Split(await api.NextAsync());
        Assert.Equal("POST /api/v1/namespaces/shop/events application/json", start);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            {
              "apiVersion": "v1", "kind": "Event",
              "metadata": {"name": "{{body["metadata"]!["name"]}}", "namespace": "shop"},
              "involvedObject": {"apiVersion": "example.com/v1", "kind": "Widget", "namespace": "shop", "name": "one", "uid": "uid-1", "resourceVersion": "5"},
              "type": "Warning", "reason": "Failed", "message": "it failed", "count": 1,
              "firstTimestamp": "2026-01-02T03:04:05Z", "lastTimestamp": "2026-01-02T03:04:05Z",
              "source": {"component": "tester"}, "reportingComponent": "tester", "reportingInstance": "pod-0"
            }
            """), body));
        Assert.Matches("^one[.][0-9a-f]{16}$", body["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal(RequestPriority.Backlog, api.LastPriority);
    }

    [Fact]
    public async Task An_object_without_a_namespace_has_its_events_in_default()
    {
        var api = new ScriptedApi();
        using var recorder = Recorder(api);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one with { Namespace = "" }, EventType.Normal, "Synced", "m");

        var (start, body) = Split(await api.NextAsync());
        Assert.StartsWith("POST /api/v1/namespaces/default/events ", start, StringComparison.Ordinal);
        Assert.Equal("default", body["metadata"]!["namespace"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_happens_again_is_a_patch_of_count_and_time()
    {
        var time = new FakeTimeProvider(s_start);
        var api = new ScriptedApi();
        using var recorder = Recorder(api, time);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "Synced", "m");
        var name = Split(await api.NextAsync()).Body["metadata"]!["name"];
        time.Advance(TimeSpan.FromMinutes(1));
        recorder.Record(s_one, EventType.Normal, "Synced", "m");

        Assert.Equal(
            $$"""PATCH /api/v1/namespaces/shop/events/{{name}} application/merge-patch+json {"count":2,"lastTimestamp":"2026-01-02T03:05:05Z","message":"m"}""",
            await api.NextAsync());
    }

    [Fact]
    public async Task An_event_that_has_expired_is_made_again_with_its_count()
    {
        var api = new ScriptedApi(ScriptedApi.Ok, ScriptedApi.Answer(404, "NotFound"));
        using var recorder = Recorder(api);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "Synced", "m");
        recorder.Record(s_one, EventType.Normal, "Synced", "m");

        var first = Split(await api.NextAsync()).Body;
        Assert.StartsWith("PATCH ", await api.NextAsync(), StringComparison.Ordinal);
        var again = Split(await api.NextAsync()).Body;
        Assert.Equal(2, again["count"]!.GetValue<int>());
        Assert.Equal(first["metadata"]!["name"]!.ToString(), again["metadata"]!["name"]!.ToString());
    }

    public static TheoryData<string, int> Refusals => new() { { "Forbidden", 403 }, { "terminating", 403 }, { "Invalid", 422 }, { "NotFound", 404 }, { "Unauthorized", 401 } };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_the_API_server_refuses_is_dropped_and_the_next_one_is_written(string reason, int code)
    {
        var api = new ScriptedApi(ScriptedApi.Answer(code, reason, terminating: reason == "terminating"));
        using var recorder = Recorder(api);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "First", "m");
        recorder.Record(s_one, EventType.Normal, "Second", "m");
        await recorder.StopAsync(Cancelled);

        Assert.Equal(["First", "Second"], await Reasons(api));
        Assert.Equal(1, _measured["event_recorder_dropped_total cause=refused"]);
        Assert.Equal(1, _measured["event_recorder_events_total operation=create"]);
    }

    public static TheoryData<Func<KubeRequest, Exception?>> Transient =>
    [
        ScriptedApi.NoAnswer, ScriptedApi.Answer(500), ScriptedApi.Answer(503), ScriptedApi.Answer(504), ScriptedApi.Answer(429),
    ];

    [Theory]
    [MemberData(nameof(Transient))]
    public async Task While_the_API_server_is_out_of_order_everything_waits(Func<KubeRequest, Exception?> trouble)
    {
        var time = new HastyTimeProvider();
        var api = new ScriptedApi(trouble, trouble, trouble);
        using var recorder = Recorder(api, time);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "First", "m");
        recorder.Record(s_one, EventType.Normal, "Second", "m");

        Assert.Equal(["First", "First", "First", "First", "Second"], await Reasons(api, 5));
        var waits = time.Waits.ToList();
        Assert.InRange(waits[0], TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)], waits[1..]);
    }

    [Fact]
    public async Task After_twelve_tries_an_event_is_dropped()
    {
        var time = new HastyTimeProvider();
        var api = new ScriptedApi([.. Enumerable.Repeat(ScriptedApi.NoAnswer, 12)]);
        using var recorder = Recorder(api, time);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "First", "m");
        recorder.Record(s_one, EventType.Normal, "Second", "m");

        Assert.Equal([.. Enumerable.Repeat("First", 12), "Second"], await Reasons(api, 13));
        Assert.Equal(1, _measured["event_recorder_dropped_total cause=unreachable"]);
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_longer_is_heeded()
    {
        var time = new HastyTimeProvider();
        var api = new ScriptedApi(ScriptedApi.Answer(429, "TooManyRequests", TimeSpan.FromSeconds(40)));
        using var recorder = Recorder(api, time);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "First", "m");

        await Reasons(api, 2);
        Assert.Equal([TimeSpan.FromSeconds(40)], time.Waits);
    }

    [Fact]
    public async Task A_try_that_landed_without_an_answer_is_not_written_twice()
    {
        var api = new ScriptedApi(ScriptedApi.NoAnswer, ScriptedApi.Answer(409, "AlreadyExists"));
        using var recorder = Recorder(api, new HastyTimeProvider());
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "First", "m");
        recorder.Record(s_one, EventType.Normal, "Second", "m");

        Assert.Equal(["First", "First", "Second"], await Reasons(api, 3));
        Assert.DoesNotContain(_measured.Sums, sum => sum.Key.StartsWith("event_recorder_dropped", StringComparison.Ordinal) && sum.Value > 0);
    }

    [Fact]
    public async Task When_the_queue_is_full_events_are_dropped_and_counted_and_nobody_waits()
    {
        var api = new ScriptedApi { Hold = new TaskCompletionSource().Task };
        using var recorder = Recorder(api, queueCapacity: 3);
        await recorder.StartAsync(Cancelled);
        recorder.Record(s_one, EventType.Normal, "Held", "m");
        await api.NextAsync();

        for (var i = 0; i < 5; i++)
            recorder.Record(s_one, EventType.Normal, "Queued", "m");

        Assert.Equal(2, _measured["event_recorder_dropped_total cause=queue_full"]);
    }

    [Fact]
    public async Task An_object_s_26th_event_at_once_is_dropped_and_counted()
    {
        var api = new ScriptedApi();
        using var recorder = Recorder(api);
        await recorder.StartAsync(Cancelled);

        for (var i = 0; i < 30; i++)
            recorder.Record(s_one, EventType.Normal, "Synced", "m");
        await recorder.StopAsync(Cancelled);

        Assert.Equal(25, api.Unread);
        Assert.Equal(5, _measured["event_recorder_dropped_total cause=spam"]);
        Assert.Equal(24, _measured["event_recorder_events_total operation=patch"]);
    }

    [Fact]
    public async Task Stopping_writes_what_waits_and_takes_nothing_more()
    {
        var release = new TaskCompletionSource();
        var api = new ScriptedApi { Hold = release.Task };
        using var recorder = Recorder(api);
        await recorder.StartAsync(Cancelled);
        for (var i = 0; i < 5; i++)
            recorder.Record(s_one, EventType.Normal, "R" + i, "m");

        var stopped = recorder.StopAsync(Cancelled);
        recorder.Record(s_one, EventType.Normal, "Late", "m");
        release.SetResult();
        await stopped;

        Assert.Equal(["R0", "R1", "R2", "R3", "R4"], await Reasons(api));
        Assert.Equal(1, _measured["event_recorder_dropped_total cause=shutdown"]);
    }

    [Fact]
    public async Task Stopping_ends_in_time_when_the_API_server_hangs()
    {
        var time = new FakeTimeProvider();
        var api = new ScriptedApi { Hold = new TaskCompletionSource().Task };
        using var recorder = Recorder(api, time);
        await recorder.StartAsync(Cancelled);
        for (var i = 0; i < 3; i++)
            recorder.Record(s_one, EventType.Normal, "R" + i, "m");
        await api.NextAsync();

        var stopped = recorder.StopAsync(Cancelled);
        Assert.False(stopped.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await stopped;

        Assert.Equal(3, _measured["event_recorder_dropped_total cause=shutdown"]);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_better_moment()
    {
        var time = new FakeTimeProvider();
        var api = new ScriptedApi([.. Enumerable.Repeat(ScriptedApi.NoAnswer, 4)]);
        using var recorder = Recorder(api, time);
        await recorder.StartAsync(Cancelled);
        recorder.Record(s_one, EventType.Normal, "First", "m");
        recorder.Record(s_one, EventType.Normal, "Second", "m");
        await api.NextAsync();

        await recorder.StopAsync(Cancelled);

        Assert.InRange(_measured["event_recorder_dropped_total cause=unreachable"], 2, 2);
    }

    [Fact]
    public async Task A_long_message_is_cut_to_what_the_API_takes()
    {
        var api = new ScriptedApi();
        using var recorder = Recorder(api);
        await recorder.StartAsync(Cancelled);

        recorder.Record(s_one, EventType.Normal, "Long", new string('x', 5000));

        var message = Split(await api.NextAsync()).Body["message"]!.GetValue<string>();
        Assert.Equal(new string('x', 1021) + "...", message);
    }

    private EventRecorder Recorder(IKubeApi api, TimeProvider? time = null, int queueCapacity = 1000) => new(
        api,
        new EventRecorderOptions { Component = "tester", Instance = "pod-0", QueueCapacity = queueCapacity },
        new KubeApiMetrics(_meter),
        time ?? TimeProvider.System,
        NullLogger<EventRecorder>.Instance);

    private static (string Start, JsonNode Body) Split(string request)
    {
        var at = request.IndexOf('{', StringComparison.Ordinal);
        return (request[..at].Trim(), JsonNode.Parse(request[at..])!);
    }

    private static async Task<IReadOnlyList<string>> Reasons(ScriptedApi api, int? count = null)
    {
        var reasons = new List<string>();
        for (var left = count ?? api.Unread; left > 0; left--)
            reasons.Add(Split(await api.NextAsync()).Body["reason"]!.GetValue<string>());

        return reasons;
    }
}
