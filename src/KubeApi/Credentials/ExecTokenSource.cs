using System.Net.Http.Headers;
using k8s.Authentication;
using k8s.KubeConfigModels;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// The token of a kubeconfig's exec plugin: run when its token ends, once however many requests wait for it, and when the
/// API server refuses the token, but for this not every few seconds: a server that refuses whatever the plugin gives must
/// not make each request start a process.
/// </summary>
internal sealed class ExecTokenSource(ExternalExecution plugin, TimeProvider time) : IRefreshableTokenProvider, IDisposable
{
    private static readonly TimeSpan s_betweenRefusals = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private ExecTokenProvider _provider = new(plugin);
    private volatile AuthenticationHeaderValue? _refused;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var header = await _provider.GetAuthenticationHeaderAsync(cancellationToken);
            if (!header.Equals(_refused) || time.GetUtcNow() < _notBefore)
                return header;

            _refused = null;
            _notBefore = time.GetUtcNow() + s_betweenRefusals;
            _provider = new ExecTokenProvider(plugin);
            return await _provider.GetAuthenticationHeaderAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Invalidate(AuthenticationHeaderValue refused) => _refused = refused;

    public void Dispose() => _one.Dispose();
}
