using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Faults;

public sealed class FaultTargetTests
{
    private const string List = TestCluster.ConfigMaps;

    [Theory]
    [InlineData("""{"fault":"fail","verb":"list","resource":"configmaps","status":503,"client":"silo-1"}""")]
    [InlineData("""{"fault":"loseAnswers","verb":"list","client":"silo-1"}""")]
    public async Task A_fault_hits_only_the_client_it_names(string fault)
    {
        await using var cluster = await TestCluster.StartAsync();
        await Admin(cluster, fault);
        Assert.Equal("failed", await ListAs(cluster, "silo-1/2.0"));
        Assert.Equal("200", await ListAs(cluster, "silo-2/2.0"));
        Assert.Equal(200, (await cluster.GetAsync(List)).Code);
    }

    [Fact]
    public async Task A_delay_holds_up_only_what_matches()
    {
        var clock = new ManualClock();
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { TimeProvider = clock });
        await Admin(cluster, """{"fault":"delay","verb":"list","resource":"configmaps","seconds":60,"client":"slow"}""");
        var slow = ListAs(cluster, "slow");
        await clock.Waiting;
        Assert.Equal("200", await ListAs(cluster, "fast"));
        Assert.False(slow.IsCompleted);
        clock.Advance();
        Assert.Equal("200", await slow);
    }

    [Theory]
    [InlineData("""{"fault":"fail","status":200}""", "status")]
    [InlineData("""{"fault":"fail","status":503,"share":2}""", "share")]
    [InlineData("""{"fault":"fail","status":503,"count":0}""", "count")]
    [InlineData("""{"fault":"fail","status":"x"}""", "status")]
    [InlineData("""{"fault":"fail"}""", "status")]
    [InlineData("""{"fault":"delay"}""", "seconds")]
    [InlineData("""{"fault":"nonsense"}""", "nonsense")]
    [InlineData("[]", "fault")]
    [InlineData("{", "fault")]
    public async Task A_fault_that_cannot_be_is_refused(string fault, string named)
    {
        await using var cluster = await TestCluster.StartAsync();
        var answer = await cluster.SendAsync(HttpMethod.Post, "/devcluster/faults", fault);
        answer.AssertStatus(400);
        Assert.Contains(named, answer.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await cluster.GetAsync(List)).Code);
    }

    [Fact]
    public async Task While_the_server_is_away_watches_are_cut_and_the_endpoint_calls_it_back()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync("first");
        using var watch = new StreamReader(await cluster.Http.GetStreamAsync(List + "?watch=true", TestContext.Current.CancellationToken));
        await watch.ReadLineAsync(TestContext.Current.CancellationToken);
        await Admin(cluster, """{"fault":"stallWatches"}""");
        await Admin(cluster, """{"fault":"goAway"}""");
        await Assert.ThrowsAnyAsync<IOException>(() => watch.ReadToEndAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.GetAsync(List));
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.GetAsync("/version"));
        Assert.Equal(200, (await cluster.GetAsync("/devcluster/audit")).Code);
        await Admin(cluster, """{"fault":"comeBack"}""");
        Assert.Equal(200, (await cluster.GetAsync(List)).Code);
    }

    [Theory]
    [InlineData(null, 403)]
    [InlineData("wrong", 401)]
    [InlineData("secret", 200)]
    public async Task The_endpoint_asks_for_the_token(string? token, int expected)
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { PlainHttp = true, Token = "secret" });
        cluster.Http.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        Assert.Equal(expected, (await cluster.SendAsync(HttpMethod.Post, "/devcluster/faults", """{"fault":"cutWatches"}""")).Code);
        Assert.Equal(expected, (await cluster.GetAsync("/devcluster/audit")).Code);
    }

    private static async Task Admin(TestCluster cluster, string fault) =>
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Post, "/devcluster/faults", fault)).Code);

    private static async Task<string> ListAs(TestCluster cluster, string agent)
    {
        using var client = cluster.Server.CreateHttpClient();
        client.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        try
        {
            using var response = await client.GetAsync(List, TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode ? "200" : "failed";
        }
        catch (HttpRequestException)
        {
            return "failed";
        }
    }
}
