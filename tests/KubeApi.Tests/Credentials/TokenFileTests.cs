using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Credentials;

/// <summary>A running client and a token file that is replaced under it.</summary>
public sealed class TokenFileTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _seen = [];
    private string? _onlyGood;
    private TestApiServer _server = null!;
    private KubeApiClient _api = null!;

    private string TokenFile => Path.Combine(_directory.Path, "token");

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync(context =>
        {
            var token = context.Request.Headers.Authorization.ToString();
            _seen.Add(token);
            context.Response.StatusCode = _onlyGood is null || token == "Bearer " + _onlyGood ? 200 : 401;
            return context.Response.WriteAsync("{}");
        });
        File.WriteAllText(TokenFile, "first\n");
        _api = TestClients.FromKubeconfig(_directory.Write("config", KubeconfigText.For(_server.Url, "{tokenFile: token}")), _time);
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_new_token_is_used_after_a_minute_at_the_latest()
    {
        await _api.GetAsync();
        File.WriteAllText(TokenFile, "second\n");
        _time.Advance(TimeSpan.FromSeconds(59));
        await _api.GetAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await _api.GetAsync();

        Assert.Equal(["Bearer first", "Bearer first", "Bearer second"], _seen);
    }

    [Fact]
    public async Task A_new_token_is_used_at_once_when_the_old_one_is_refused()
    {
        await _api.GetAsync();
        File.WriteAllText(TokenFile, "second\n");
        _onlyGood = "second";

        await _api.GetAsync();
        using var stream = await _api.OpenAsync(Requests.Watch(), TestContext.Current.CancellationToken);

        Assert.Equal(["Bearer first", "Bearer first", "Bearer second", "Bearer second"], _seen);
    }

    [Fact]
    public async Task The_body_goes_out_again_with_the_new_token()
    {
        await _api.GetAsync();
        File.WriteAllText(TokenFile, "second\n");
        _onlyGood = "second";

        var request = Requests.Get() with { Method = HttpMethod.Post, Body = """{"a":1}"""u8.ToArray() };
        await _api.SendAsync(request, TestJson.Default.TestObject, TestContext.Current.CancellationToken);

        Assert.Equal("Bearer second", _seen[^1]);
    }

    [Fact]
    public async Task A_refused_token_that_has_not_been_replaced_is_not_sent_twice()
    {
        _onlyGood = "other";

        var error = await Assert.ThrowsAsync<KubeApiException>(_api.GetAsync);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, error.Code);
        Assert.Equal(["Bearer first"], _seen);
    }

    [Fact]
    public async Task A_file_that_is_gone_for_a_moment_does_not_stop_requests()
    {
        await _api.GetAsync();
        File.Delete(TokenFile);
        _time.Advance(TimeSpan.FromMinutes(2));
        await _api.GetAsync();
        File.WriteAllText(TokenFile, "second");
        await _api.GetAsync();

        Assert.Equal(["Bearer first", "Bearer first", "Bearer second"], _seen);
    }
}
