using System.Collections.Frozen;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>
/// The API groups of kinds that are built into the API server: only these take strategic merge patches, which merge lists by key. Groups
/// under <c>k8s.io</c> may be custom ones too.
/// </summary>
internal static class BuiltInGroups
{
    private static readonly FrozenSet<string> All = FrozenSet.Create(
        "", "apps", "batch", "autoscaling", "policy", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io", "coordination.k8s.io",
        "scheduling.k8s.io", "discovery.k8s.io", "node.k8s.io", "certificates.k8s.io", "admissionregistration.k8s.io", "events.k8s.io",
        "flowcontrol.apiserver.k8s.io", "resource.k8s.io");

    /// <summary>Whether a group is one of them.</summary>
    public static bool Contains(string group) => All.Contains(group);
}
