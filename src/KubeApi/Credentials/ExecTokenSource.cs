using System.Net.Http.Headers;
using k8s.Authentication;
using k8s.KubeConfigModels;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>
/// The token of a kubeconfig's exec plugin: run when its token ends, once however many requests wait for it, and when the
/// API server refuses the token.
/// </summary>
internal sealed class ExecTokenSource(ExternalExecution plugin) : IRefreshableTokenProvider, IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private ExecTokenProvider _provider = new(plugin);
    private volatile AuthenticationHeaderValue? _refused;

    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var header = await _provider.GetAuthenticationHeaderAsync(cancellationToken);
            if (!header.Equals(_refused))
                return header;

            _refused = null;
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
