using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using OrleansOperator.Observability;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// The token in a file that someone else renews, as the kubelet does for a service account: read again after a minute, as
/// client-go does, and at once when the API server refuses it.
/// </summary>
internal sealed class TokenFileProvider(string path, TimeProvider time, ILogger logger) : IRefreshableTokenProvider, IDisposable
{
    private static readonly TimeSpan s_maxAge = TimeSpan.FromMinutes(1);

    private readonly LogSummary _failures = new(logger, time);
    private volatile Token? _newest;

    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        var newest = _newest;
        if (newest is { Refused: false } && time.GetUtcNow() - newest.ReadAt < s_maxAge)
            return newest.Header;

        try
        {
            var text = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if (text.Length == 0)
                throw new IOException($"the token file {path} is empty");

            newest = new Token(new AuthenticationHeaderValue("Bearer", text), time.GetUtcNow());
        }
        catch (Exception e) when (newest is not null && e is IOException or UnauthorizedAccessException)
        {
            // Caught while it is being replaced: the token at hand is most likely still good. Tried again with the next request.
            _failures.Report(LogLevel.Warning, "The token file cannot be read, and its last token is used on", ProblemText.CauseOf(e), e.Message, path);
            return newest!.Header;
        }

        _newest = newest;
        return newest.Header;
    }

    public void Invalidate(AuthenticationHeaderValue refused)
    {
        if (_newest is { } newest && newest.Header.Equals(refused))
            _newest = newest with { Refused = true };
    }

    public void Dispose() => _failures.Dispose();

    private sealed record Token(AuthenticationHeaderValue Header, DateTimeOffset ReadAt, bool Refused = false);
}
