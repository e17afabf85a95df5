using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.DevCluster;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Access;

/// <summary>Which permissions count as missing: by what the API server says of them, and by the requests that it refuses.</summary>
public sealed class AccessMonitorTests : IAsyncLifetime
{
    private const string Reviews = "selfsubjectaccessreviews";

    private static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap");

    private readonly FakeTimeProvider _clock = new();
    private readonly Lines _log = new();
    private DevClusterServer _server = null!;
    private KubeApiClient _api = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true }, Token);
        _api = KubeApiClient.Connect(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_declared_permission_is_asked_for_before_it_is_used_and_named_once()
    {
        _server.Faults.Fail("create", "configmaps", 403);
        _server.Faults.Fail("delete", "configmaps", 403);
        using var monitor = await StartAsync(
            new("create", ConfigMaps, "create them"), new("delete", ConfigMaps, "delete them") { Need = PermissionNeed.Optional }, new("get", ConfigMaps, "read them"));

        Assert.Equal(
            [("create", PermissionNeed.Required), ("delete", PermissionNeed.Optional)],
            monitor.Missing.Select(gap => (gap.Target.Verb, gap.Need)).Order());
        Assert.Equal(
            ["Permission missing: \"create\", \"delete\" on \"configmaps\" in all namespaces; grant it in a ClusterRole of this operator's service account. Without it the operator cannot create them, delete them."],
            _log);
        await monitor.StoppingAsync(Token);
    }

    [Fact]
    public async Task A_permission_that_is_granted_later_is_found()
    {
        _server.Faults.Fail("create", "configmaps", 403);
        using var monitor = await StartAsync(new PermissionRequirement("create", ConfigMaps, "create them"));

        _server.Faults.Clear();
        await AdvanceUntil(() => monitor.Missing.Count == 0);

        Assert.Equal("Permission granted: \"create\" on \"configmaps\"", _log.Last());
        await monitor.StoppingAsync(Token);
    }

    [Fact]
    public async Task A_refused_request_tells_of_a_permission_that_was_revoked_or_that_nobody_declared()
    {
        using var monitor = await StartAsync(new PermissionRequirement("list", ConfigMaps, "list them") { Need = PermissionNeed.Optional });
        _server.Faults.Fail("list", "configmaps", 403);
        _server.Faults.Fail("get", "configmaps", 403);

        await RequestAsync("list", ConfigMaps.CollectionPath("shop"));
        await RequestAsync("get", ConfigMaps.ObjectPath("shop", "a"));

        // What is declared for all namespaces is missing in all.
        Assert.Equal(
            [("get", "shop", PermissionNeed.Required), ("list", null, PermissionNeed.Optional)],
            monitor.Missing.Select(gap => (gap.Target.Verb, gap.Target.Namespace, gap.Need)).Order());
        _server.Faults.Clear();
        await AdvanceUntil(() => monitor.Missing.Count == 0);
        await monitor.StoppingAsync(Token);
    }

    [Fact]
    public async Task A_refusal_by_admission_is_no_missing_permission()
    {
        await using var refusing = await TestApiServer.StartAsync(403, """
            {"kind":"Status","reason":"Forbidden","message":"configmaps \"a\" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: 1, limited: 1"}
            """);
        using var api = KubeApiClient.Connect(refusing.Url);
        using var monitor = new AccessMonitor(api, [], _clock, _log);

        await Assert.ThrowsAsync<KubeApiException>(() => api.SendAsync(
            new KubeRequest(HttpMethod.Post, ConfigMaps.CollectionPath("shop")) { Target = new RequestTarget("create", "configmaps", "shop") }, TestJson.Default.TestObject, Token));

        Assert.Empty(monitor.Missing);
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_server_that_cannot_be_asked_is_taken_at_its_refusals(int status)
    {
        _server.Faults.Fail("create", Reviews, status);
        _server.Faults.Fail("list", "configmaps", 403);
        using var monitor = await StartAsync(new PermissionRequirement("list", ConfigMaps, "list them"));
        Assert.Empty(monitor.Missing);

        await RequestAsync("list", ConfigMaps.CollectionPath("shop"));
        Assert.Single(monitor.Missing);
        _server.Faults.Clear();
        _server.Faults.Fail("create", Reviews, status);
        await RequestAsync("list", ConfigMaps.CollectionPath("shop"));

        Assert.Empty(monitor.Missing);
        await monitor.StoppingAsync(Token);
    }

    [Fact]
    public async Task Where_nothing_can_be_asked_a_refusal_is_forgotten_when_nothing_was_refused_for_long()
    {
        _server.Faults.Fail("create", Reviews, 403);
        _server.Faults.Fail("list", "configmaps", 403);
        using var monitor = await StartAsync();
        await RequestAsync("list", ConfigMaps.CollectionPath("shop"));

        _clock.Advance(TimeSpan.FromMinutes(19));
        Assert.Single(monitor.Missing);
        _clock.Advance(TimeSpan.FromMinutes(2));

        await AdvanceUntil(() => monitor.Missing.Count == 0);
        await monitor.StoppingAsync(Token);
    }

    [Fact]
    public async Task No_answer_says_nothing_and_is_asked_for_again()
    {
        _server.Faults.Fail("create", "configmaps", 403);
        _server.Faults.GoAway();
        using var monitor = await StartAsync(new PermissionRequirement("create", ConfigMaps, "create them"));
        Assert.Empty(monitor.Missing);

        _server.Faults.ComeBack();

        await AdvanceUntil(() => monitor.Missing.Count == 1);
        await monitor.StoppingAsync(Token);
    }

    [Fact]
    public async Task A_permission_that_comes_and_goes_is_named_once_a_minute()
    {
        _server.Faults.Fail("create", Reviews, 403);
        using var monitor = await StartAsync();
        var target = new RequestTarget("list", "configmaps", "shop");
        var refused = new KubeApiException(System.Net.HttpStatusCode.Forbidden, "Forbidden", "", target);

        for (var i = 0; i < 120; i++)
        {
            monitor.Take(target, refused);
            monitor.Take(target, null);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, _log.Count(line => line.StartsWith("Permission missing", StringComparison.Ordinal)));
        Assert.Equal(2, _log.Count(line => line.StartsWith("Permission granted", StringComparison.Ordinal)));
        await monitor.StoppingAsync(Token);
    }

    private async Task<AccessMonitor> StartAsync(params IEnumerable<PermissionRequirement> permissions)
    {
        var monitor = new AccessMonitor(_api, permissions, _clock, _log);
        await monitor.StartingAsync(Token);
        await Eventually.TrueAsync(() => monitor.HasAsked);
        return monitor;
    }

    private async Task RequestAsync(string verb, string path)
    {
        try
        {
            var request = new KubeRequest(HttpMethod.Get, path) { Target = new RequestTarget(verb, ConfigMaps.QualifiedName, "shop") };
            await _api.SendAsync(request, TestJson.Default.TestObject, Token);
        }
        catch (KubeApiException e) when (e.IsForbidden)
        {
            // That is what the monitor hears of.
        }
    }

    private async Task AdvanceUntil(Func<bool> holds)
    {
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return holds();
        });
    }

    /// <summary>What was logged at Information and above.</summary>
    private sealed class Lines : ConcurrentQueue<string>, ILogger<AccessMonitor>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Enqueue(formatter(state, exception));
        }
    }
}
