using System.Net;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>Which silos a silo may join.</summary>
internal static class NeighbourRule
{
    /// <summary>Why a new silo may not join the silos of the table; null when it may.</summary>
    public static string? Refusal(OrleansClusterStatus table, SiloAddress silo, ClusterIdentity cluster)
    {
        if (!IPAddress.IsLoopback(silo.Endpoint.Address))
            return null;

        var other = table.Silos.FirstOrDefault(other => (other.Status is SiloStatus.Active or SiloStatus.Joining) && !IsLoopback(other));
        return other is null
            ? null
            : $"This silo advertises {silo.Endpoint}, a loopback address, and cluster \"{cluster.ClusterId}\" in namespace {cluster.Namespace} has silos of other machines, "
            + $"such as {other.Silo}, which could never reach it: choose another ClusterId, or advertise an address that they reach (EndpointOptions.AdvertisedIPAddress).";
    }

    private static bool IsLoopback(SiloRow row) => IPAddress.IsLoopback(SiloAddress.FromParsableString(row.Silo).Endpoint.Address);
}
