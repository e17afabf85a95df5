using System.Net.Http.Headers;
using System.Text;

namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>A user of a server, with an HTTP client of its own.</summary>
internal sealed class TestUser(HttpClient http) : IDisposable
{
    public HttpClient Http => http;

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json") => SendAsync(http, method, path, body, type);

    public static async Task<Answer> SendAsync(HttpClient http, HttpMethod method, string path, string? body, string type)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode, response.Headers.RetryAfter?.Delta,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => http.Dispose();
}
