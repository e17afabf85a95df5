using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests.Http;

/// <summary>Answers that quote what somebody wrote into an object, or that never came from an API server.</summary>
public sealed class HostileAnswerTests
{
    private const string Hostile = "name \u001b[2J\u202egnp\nE0102 forged line\r\u0007";

    private const string Harmless = "name \\u001b[2J\\u202egnp E0102 forged line \\u0007";

    public static TheoryData<string, string> Answers => new()
    {
        { JsonSerializer.Serialize(new { kind = "Status", message = Hostile, reason = "Invalid" }), Harmless },
        { JsonSerializer.Serialize(new { kind = "Status", message = new string('x', 50_000), reason = "Invalid" }), new string('x', KubeApiException.LongestMessage) + "..." },
        { "<html>\u001b[2J\n forged</html>", "HTTP 422: <html>\\u001b[2J forged</html>" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_error_is_one_bounded_line_of_visible_characters(string answer, string message)
    {
        await using var server = await TestApiServer.StartAsync(context =>
        {
            context.Response.StatusCode = 422;
            return context.Response.WriteAsync(answer);
        });
        using var api = KubeApiClient.Connect(server.Url, token: null);

        var error = await Assert.ThrowsAsync<KubeApiException>(() => api.SendAsync(
            new KubeRequest(HttpMethod.Get, "/apis/example.com/v1/widgets"), TestJson.Default.TestObject, TestContext.Current.CancellationToken));

        Assert.Equal(message, error.Message);
        Assert.True(error.IsInvalid);
    }
}
