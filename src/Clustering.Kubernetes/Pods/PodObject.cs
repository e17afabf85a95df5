using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Pods;

/// <summary>The parts of a Pod that are used.</summary>
internal sealed record PodObject(ObjectMeta Metadata, PodStatus? Status, PodSpec? Spec = null)
{
    /// <summary>Whether its containers have ended for good. A pod that is being deleted still runs.</summary>
    public bool HasEnded => Status?.Phase is "Failed" or "Succeeded";

    /// <summary>Whether it has the node's addresses, as other pods of the node may.</summary>
    public bool IsOnHostNetwork => Spec?.HostNetwork == true;

    public bool HasIP(string ip) => Status?.PodIP == ip || Status?.PodIPs?.Any(other => other.Ip == ip) == true;
}

internal sealed record PodSpec(bool? HostNetwork);

internal sealed record PodStatus(string? Phase, string? PodIP, IReadOnlyList<PodIP>? PodIPs);

internal sealed record PodIP(string? Ip);
