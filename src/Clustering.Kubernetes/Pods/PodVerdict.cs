using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Pods;

/// <summary>A silo whose pod is no more.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="Pod">The pod that it ran in.</param>
/// <param name="Seen">
/// Whether the pod itself was seen to have ended. Otherwise it is only not among the pods known, which may be because the label
/// selector leaves it out: then it must be asked for first.
/// </param>
internal readonly record struct PodVerdict(SiloAddress Silo, PodReference Pod, bool Seen)
{
    /// <summary>
    /// The silos to declare dead. A pod is known by its uid, so that a successor of the same name is another pod; a silo by its
    /// address with the generation, so that a successor at the same address is another silo.
    /// </summary>
    /// <param name="rows">The membership table.</param>
    /// <param name="pods">All pods known, by uid.</param>
    /// <param name="homes">Which pods silos run in whose rows do not say so; see <see cref="FindHome"/>.</param>
    public static IEnumerable<PodVerdict> Find(
        IEnumerable<SiloRow> rows, IReadOnlyDictionary<string, PodObject> pods, IReadOnlyDictionary<string, PodReference> homes)
    {
        foreach (var row in rows)
        {
            if (row.Status == SiloStatus.Dead || (row.Pod ?? homes.GetValueOrDefault(row.Silo)) is not { } home)
                continue;

            if (!pods.TryGetValue(home.Uid, out var pod))
                yield return new PodVerdict(SiloAddress.FromParsableString(row.Silo), home, Seen: false);
            else if (pod.HasEnded)
                yield return new PodVerdict(SiloAddress.FromParsableString(row.Silo), home, Seen: true);
        }
    }

    /// <summary>
    /// The pod of a silo whose row does not say: the one running pod that has the silo's IP address and is older than the silo.
    /// Null when there is none, or more than one. A pod on the host network is never taken: the address is that of the node, and of others.
    /// </summary>
    public static PodReference? FindHome(SiloRow row, IEnumerable<PodObject> pods)
    {
        var ip = SiloAddress.FromParsableString(row.Silo).Endpoint.Address.ToString();
        PodObject? home = null;
        foreach (var pod in pods.Where(pod => pod is { HasEnded: false, IsOnHostNetwork: false } && pod.HasIP(ip)))
        {
            if (home is not null)
                return null;
            home = pod;
        }

        return home is { Metadata: { Namespace: { } ns, Name: { } name, Uid: { } uid } } && home.Metadata.CreationTimestamp <= row.StartTime
            ? new PodReference(ns, name, uid)
            : null;
    }
}
