using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>When this silo has last reached the API server.</summary>
internal sealed class Reachability(OrleansClusterStore clusters, TimeProvider clock)
{
    private long _reached = clock.GetTimestamp();

    /// <summary>How long ago it was.</summary>
    public TimeSpan SinceReached => clock.GetElapsedTime(Volatile.Read(ref _reached));

    /// <summary>It was reached just now.</summary>
    public void Reached() => Volatile.Write(ref _reached, clock.GetTimestamp());

    /// <summary>Tries to reach it. An answer of any kind will do: a server that refuses or is overloaded is not out of reach.</summary>
    public async Task<bool> ProbeAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await clusters.FindAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (KubeApiException e) when (e.IsAmbiguous)
        {
            return false;
        }
        catch (Exception e) when (e is KubeApiException or OrleansException)
        {
            // It has answered.
        }

        Reached();
        return true;
    }
}
