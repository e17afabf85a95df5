using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Journal;

/// <summary>The API server for reconcilers: takes down in the current <see cref="ReconcileRun"/> what is asked and answered.</summary>
/// <param name="api">The API server.</param>
/// <param name="clock">The clock.</param>
public sealed class JournaledApi(IKubeApi api, TimeProvider clock) : IKubeApi
{
    /// <inheritdoc/>
    public async Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var run = ReconcileRun.Current;
        var sent = clock.GetTimestamp();
        try
        {
            var answer = await api.SendAsync(request, result, cancellationToken);
            run?.Requested(request, null, answer is ResourceSnapshot snapshot ? $"resourceVersion {snapshot.ResourceVersion}" : "", clock.GetElapsedTime(sent));
            return answer;
        }
        catch (KubeApiException e)
        {
            run?.Requested(request, e, e.Reason.Length > 0 ? $"{e.Reason}: {e.Message}" : e.Message, clock.GetElapsedTime(sent));
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken) => api.OpenAsync(request, cancellationToken);
}
