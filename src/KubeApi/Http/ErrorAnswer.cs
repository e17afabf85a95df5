using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansOperator.KubeApi.Http;

/// <summary>Turns an error answer into the exception that tells of it.</summary>
internal static class ErrorAnswer
{
    // A Status is at most a few kilobytes; a proxy's error page is cut off here.
    private const int MaxBody = 64 * 1024;
    private const int MaxText = 300;

    /// <summary>
    /// No server means to be left alone for longer. A proxy or a clock that is wrong may say so, and would blind a feed for
    /// hours, or overflow a timer.
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public static async Task<KubeApiException> ReadAsync(
        HttpResponseMessage response, RequestTarget target, TimeProvider time, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBody);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var read = await stream.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, cancellationToken);
            return Parse(response, buffer.AsSpan(0, read), target, time);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static KubeApiException Parse(HttpResponseMessage response, ReadOnlySpan<byte> body, RequestTarget target, TimeProvider time)
    {
        var status = ParseStatus(body);
        return new KubeApiException(
            response.StatusCode,
            status?.Reason ?? "",
            status?.Message is { Length: > 0 } message ? message : Describe(response, body),
            target,
            RetryAfter(response, status, time))
        {
            IsNamespaceTerminating = response.StatusCode == HttpStatusCode.Forbidden
                && status?.Details?.Causes?.Any(static cause => cause.Reason == "NamespaceTerminating") == true,
        };
    }

    private static StatusBody? ParseStatus(ReadOnlySpan<byte> body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, StatusJson.Default.StatusBody);
            return status?.Kind == "Status" ? status : null;
        }
        catch (JsonException)
        {
            // Proxies and some paths of the API server answer in plain text: then the text is the message.
            return null;
        }
    }

    private static string Describe(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var text = string.Join(' ', Encoding.UTF8.GetString(body).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (text.Length == 0)
            text = response.ReasonPhrase ?? "";

        return $"HTTP {(int)response.StatusCode}: {(text.Length > MaxText ? text[..MaxText] + "..." : text)}";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, StatusBody? status, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => status?.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }
}
