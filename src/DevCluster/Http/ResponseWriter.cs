using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Writes answers.</summary>
internal static class ResponseWriter
{
    public static Task JsonAsync(HttpContext http, int code, JsonNode body) => BytesAsync(http, code, body.ToUtf8());

    public static Task BytesAsync(HttpContext http, int code, byte[] body, string? type = null)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = type ?? AcceptHeader.TypeOf(http);
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    public static Task TextAsync(HttpContext http, int code, string text)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    public static Task NotFoundPageAsync(HttpContext http) => TextAsync(http, 404, "404 page not found\n");

    public static Task ErrorAsync(HttpContext http, ApiException error)
    {
        if (error.Details.Number("retryAfterSeconds") is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return JsonAsync(http, error.Code, error.ToStatus());
    }
}
