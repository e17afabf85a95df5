using System.Net.Http.Headers;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// The credentials of an exec plugin. It runs before the first request, shortly before what it gave expires, and when the API server
/// refuses that: once however many requests wait, and not more often than every few seconds, so that neither a server that refuses
/// everything nor a plugin that gives what has expired makes each request start a process.
/// </summary>
internal sealed class ExecCredentials(ExecPlugin plugin, TimeProvider time) : ICredentialSource, IDisposable
{
    /// <summary>Long enough for the new credentials to be there when the old ones expire.</summary>
    private static readonly TimeSpan s_beforeExpiry = TimeSpan.FromSeconds(30);

    /// <summary>Which part of a short life is not used.</summary>
    private const double UnusedShare = 0.1;

    private static readonly TimeSpan s_betweenRuns = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Given? _newest;
    private Task<Given>? _run;

    /// <summary>Runs the plugin and waits, so that one that cannot work is known before anything else starts.</summary>
    /// <exception cref="CredentialException">It gives no credentials.</exception>
    public void RunNow() => RunAsync(isFirst: true).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask<KubeCredentials> GetAsync(CancellationToken cancellationToken)
    {
        Task<Given> run;
        lock (_lock)
        {
            if (_newest is { } newest && !IsDue(newest))
                return newest.Credentials;
            if (_run is null or { IsCompleted: true })
                _run = RunAsync(isFirst: _newest is null);
            run = _run;
        }

        // A request that gives up does not end the run that others wait for.
        return (await run.WaitAsync(cancellationToken)).Credentials;
    }

    /// <inheritdoc/>
    public void Refuse(KubeCredentials refused)
    {
        lock (_lock)
        {
            if (_newest is { } newest && ReferenceEquals(newest.Credentials, refused))
                _newest = newest with { UseUntil = DateTimeOffset.MinValue };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private bool IsDue(Given given)
    {
        var now = time.GetUtcNow();
        return now >= given.UseUntil && now >= given.NotBefore;
    }

    private async Task<Given> RunAsync(bool isFirst)
    {
        var answer = await plugin.RunAsync(_stop.Token);
        var now = time.GetUtcNow();
        var certificate = answer is { ClientCertificateData: { } pem, ClientKeyData: { } key } ? ClientCertificate.FromPem(pem, key) : null;
        var useUntil = UseUntil(answer.ExpirationTimestamp ?? certificate?.NotAfter, now);
        var given = new Given(
            new KubeCredentials(answer.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null, certificate),
            useUntil,
            isFirst && useUntil > now ? now : now + s_betweenRuns);
        lock (_lock)
            _newest = given;
        return given;
    }

    private static DateTimeOffset UseUntil(DateTimeOffset? expires, DateTimeOffset now)
    {
        if (expires is not { } end)
            return DateTimeOffset.MaxValue;
        if (end <= now)
            return end;
        var unused = (end - now) * UnusedShare;
        return end - (unused < s_beforeExpiry ? unused : s_beforeExpiry);
    }

    /// <param name="Credentials">What the plugin gave.</param>
    /// <param name="UseUntil">When it is to run again.</param>
    /// <param name="NotBefore">When it may run again at the earliest.</param>
    private sealed record Given(KubeCredentials Credentials, DateTimeOffset UseUntil, DateTimeOffset NotBefore);
}
