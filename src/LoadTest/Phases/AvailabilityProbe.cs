using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Objects;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>Finds out whether anybody makes the replicas of Deployments available.</summary>
internal static class AvailabilityProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A cluster with nodes does, however long its images take. One without may have a stand-in: that shows on a Deployment.
    /// </summary>
    public static async Task<Availability> FindAsync(TestCluster cluster, string ns, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await cluster.HasNodesAsync(cancellationToken))
            return Availability.Cluster;
        var key = new FooKey(ns, "availability-probe");
        await cluster.CreateDeploymentAsync(key, cancellationToken);
        try
        {
            for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < s_patience; await Task.Delay(s_pause, clock, cancellationToken))
            {
                if ((await cluster.GetDeploymentAsync(key, cancellationToken)).Status?.AvailableReplicas == 1)
                    return Availability.Cluster;
            }

            return Availability.Tool;
        }
        finally
        {
            await cluster.DeleteDeploymentAsync(key, cancellationToken);
        }
    }
}
