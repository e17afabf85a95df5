using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Faults;

public sealed class FaultTests
{
    private const string Watch = TestCluster.ConfigMaps + "?watch=true";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_watches_end(bool byEndpoint)
    {
        await using var cluster = await TestCluster.StartAsync();
        using var reader = await OpenAsync(cluster);
        await StartAsync(cluster, byEndpoint, faults => faults.CutWatches(), """{"fault":"cutWatches"}""");
        Assert.Null(await reader.ReadLineAsync(Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_cut_in_mid_frame_breaks_off(bool byEndpoint)
    {
        await using var cluster = await TestCluster.StartAsync();
        using var reader = await OpenAsync(cluster);
        await StartAsync(cluster, byEndpoint, faults => faults.CutWatchesInMidFrame(), """{"fault":"cutWatchesInMidFrame"}""");
        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadToEndAsync(Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stalled_watch_stays_open_and_goes_on_when_resumed(bool byEndpoint)
    {
        await using var cluster = await TestCluster.StartAsync();
        using var reader = await OpenAsync(cluster);
        await StartAsync(cluster, byEndpoint, faults => faults.StallWatches(), """{"fault":"stallWatches"}""");
        await cluster.CreateAsync("later");
        var line = reader.ReadLineAsync(Token).AsTask();
        Assert.Equal(200, (await cluster.GetAsync(TestCluster.ConfigMaps + "/later")).Code);
        Assert.False(line.IsCompleted);
        await StartAsync(cluster, byEndpoint, faults => faults.ResumeWatches(), """{"fault":"resumeWatches"}""");
        Assert.Equal("later", JsonNode.Parse((await line)!)!["object"]!["metadata"]!["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_compaction_an_old_version_is_gone(bool byEndpoint)
    {
        await using var cluster = await TestCluster.StartAsync();
        var old = (await cluster.CreateAsync("a")).Json["metadata"]!["resourceVersion"]!.GetValue<string>();
        await cluster.CreateAsync("b");
        await StartAsync(cluster, byEndpoint, faults => faults.CompactHistory(), """{"fault":"compactHistory"}""");
        var answer = await cluster.GetAsync($"{Watch}&resourceVersion={old}");
        Assert.Equal(200, answer.Code);
        Assert.Equal("ERROR", answer.Json["type"]!.GetValue<string>());
        Assert.Equal(410, answer.Json["object"]!["code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(false, 429)]
    [InlineData(true, 429)]
    [InlineData(false, 503)]
    [InlineData(true, 500)]
    public async Task The_next_matching_requests_fail(bool byEndpoint, int status)
    {
        await using var cluster = await TestCluster.StartAsync();
        await StartAsync(cluster, byEndpoint,
            faults => faults.Fail("create", "configmaps", status, count: 2, retryAfter: TimeSpan.FromSeconds(7)),
            $$"""{"fault":"fail","verb":"create","resource":"configmaps","status":{{status}},"count":2,"seconds":7}""");
        Assert.Equal(200, (await cluster.GetAsync(TestCluster.ConfigMaps)).Code);
        for (var i = 0; i < 2; i++)
        {
            var failed = await cluster.CreateAsync("a");
            failed.AssertStatus(status);
            Assert.Equal(TimeSpan.FromSeconds(7), failed.RetryAfter);
        }

        Assert.Equal(201, (await cluster.CreateAsync("a")).Code);
    }

    [Theory]
    [InlineData(0.1, 2)]
    [InlineData(0.25, 5)]
    [InlineData(0.5, 10)]
    [InlineData(1, 20)]
    public async Task A_share_fails_evenly(double share, int expected)
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Server.Faults.Fail("list", "configmaps", 503, share: share);
        var failed = 0;
        for (var i = 0; i < 20; i++)
            failed += (await cluster.GetAsync(TestCluster.ConfigMaps)).Code == 503 ? 1 : 0;
        Assert.Equal(expected, failed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_answer_leaves_the_change_done(bool byEndpoint)
    {
        await using var cluster = await TestCluster.StartAsync();
        await StartAsync(cluster, byEndpoint,
            faults => faults.LoseAnswers("create", "configmaps", 1), """{"fault":"loseAnswers","verb":"create","resource":"configmaps","count":1}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.CreateAsync("a"));
        Assert.Equal(200, (await cluster.GetAsync(TestCluster.ConfigMaps + "/a")).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_away_cuts_connections_until_it_is_back(bool byEndpoint)
    {
        await using var cluster = await TestCluster.StartAsync();
        await StartAsync(cluster, byEndpoint, faults => faults.GoAway(), """{"fault":"goAway"}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.CreateAsync("a"));
        await StartAsync(cluster, byEndpoint, faults => faults.ComeBack(), """{"fault":"comeBack"}""");
        Assert.Equal(201, (await cluster.CreateAsync("a")).Code);
    }

    [Theory]
    [InlineData("patch", "configmaps", "status", null, false)]
    [InlineData("patch", "configmaps", "", null, true)]
    [InlineData("update", "configmaps", "status", null, true)]
    [InlineData("patch", "configmaps", "status", 3, true)]
    public async Task An_access_review_denies_what_is_answered_with_403_until_further_notice(string verb, string resource, string subresource, int? count, bool allowed)
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Server.Faults.Fail("patch", "configmaps/status", 403, count);

        var review = await cluster.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", $$$"""
            {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
             "spec":{"resourceAttributes":{"verb":"{{{verb}}}","resource":"{{{resource}}}","subresource":"{{{subresource}}}"} } }
            """);

        Assert.Equal(201, review.Code);
        Assert.Equal(allowed, review.Json["status"]!["allowed"]!.GetValue<bool>());
        Assert.DoesNotContain(cluster.Server.Audit.Entries, entry => entry.IsWrite);
    }

    private static async Task StartAsync(TestCluster cluster, bool byEndpoint, Action<DevCluster.Faults.FaultInjector> inProcess, string json)
    {
        if (byEndpoint)
            Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Post, "/devcluster/faults", json)).Code);
        else
            inProcess(cluster.Server.Faults);
    }

    /// <summary>A watch that has been seen to run.</summary>
    private static async Task<StreamReader> OpenAsync(TestCluster cluster)
    {
        await cluster.CreateAsync("first");
        var reader = new StreamReader(await cluster.Http.GetStreamAsync(Watch, Token));
        Assert.Contains("first", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
        return reader;
    }
}
