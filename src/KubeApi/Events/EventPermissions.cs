using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.KubeApi.Events;

/// <summary>What the recorder needs to be allowed, in the namespaces of the objects that Events are about.</summary>
public static class EventPermissions
{
    /// <summary>The permissions.</summary>
    public static IReadOnlyList<PermissionRequirement> All { get; } =
    [
        new("create", EventWriter.Events, "tell users what happened") { Need = PermissionNeed.Optional },
        new("patch", EventWriter.Events, "count an Event that happens again") { Need = PermissionNeed.Optional },
    ];
}
