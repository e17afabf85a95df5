using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Grains.Engine.Controllers;

/// <summary>What a controller's requests need to be allowed; feeds and Events declare their own.</summary>
public static class ControllerPermissions
{
    /// <summary>The permissions.</summary>
    public static IReadOnlyList<PermissionRequirement> Of(Controller controller)
    {
        ArgumentNullException.ThrowIfNull(controller);
        var (owner, name) = (controller.Kind.Resource, controller.Kind.Name);
        return
        [
            new("get", owner, $"make sure that a {name} is still as it was last seen"),
            new("patch", owner, $"write the status of {name}s") { Subresource = "status" },
            .. controller.Owned.Count == 0 ? [] : (IEnumerable<PermissionRequirement>)
            [
                new("update", owner, $"create objects whose owner reference to a {name} has blockOwnerDeletion, which the admission plugin OwnerReferencesPermissionEnforcement guards (OpenShift has it on)")
                {
                    Subresource = "finalizers",
                    Need = PermissionNeed.WhereEnforced,
                },
            ],
            .. controller.Owned.SelectMany(kind => (IEnumerable<PermissionRequirement>)
            [
                new("get", kind.Resource, $"look at a {kind.Name} that it has not heard of"),
                new("create", kind.Resource, $"create the {kind.Name}s of {name}s"),
                new("patch", kind.Resource, $"bring {kind.Name}s to what their {name} says"),
                new("delete", kind.Resource, $"delete {kind.Name}s that their {name} does not want any more"),
            ]),
        ];
    }
}
