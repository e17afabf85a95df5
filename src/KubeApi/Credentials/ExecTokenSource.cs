using System.Net.Http.Headers;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// The token of a kubeconfig's exec plugin: the plugin runs again shortly before its token expires, once however many requests
/// wait for it, and when the API server refuses the token, but for this not every few seconds: a server that refuses whatever the
/// plugin gives must not make each request start a process.
/// </summary>
internal sealed class ExecTokenSource(ExecPlugin plugin, ExecCredential first, TimeProvider time) : IRefreshableTokenProvider, IDisposable
{
    private static readonly TimeSpan s_beforeExpiry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_betweenRefusals = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private ExecCredential _newest = first;
    private volatile AuthenticationHeaderValue? _refused;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            if (Header.Equals(_refused) && now >= _notBefore)
            {
                _refused = null;
                _notBefore = now + s_betweenRefusals;
                _newest = await Task.Run(plugin.RunForToken, cancellationToken);
            }
            else if (_newest.Expires is { } expires && now + s_beforeExpiry > expires)
            {
                _newest = await Task.Run(plugin.RunForToken, cancellationToken);
            }

            return Header;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Invalidate(AuthenticationHeaderValue refused) => _refused = refused;

    public void Dispose() => _one.Dispose();

    private AuthenticationHeaderValue Header => new("Bearer", _newest.Token);
}
