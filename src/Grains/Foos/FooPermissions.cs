using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Grains.Foos;

/// <summary>What <see cref="FooWriter"/>'s requests need to be allowed; feeds and Events declare their own.</summary>
public static class FooPermissions
{
    /// <summary>The permissions.</summary>
    public static IReadOnlyList<PermissionRequirement> All { get; } =
    [
        new("get", FooResources.Foos, "make sure that a Foo is still as it was last seen"),
        new("patch", FooResources.Foos, "write the status of Foos") { Subresource = "status" },
        new("update", FooResources.Foos, "create Deployments whose owner reference has blockOwnerDeletion, which the admission plugin OwnerReferencesPermissionEnforcement guards (OpenShift has it on)")
        {
            Subresource = "finalizers",
            Need = PermissionNeed.WhereEnforced,
        },
        new("get", FooResources.Deployments, "look at a Deployment that it has not heard of"),
        new("create", FooResources.Deployments, "create the Deployments of Foos"),
        new("patch", FooResources.Deployments, "bring Deployments to what their Foo says"),
        new("delete", FooResources.Deployments, "delete the Deployment that a Foo has renamed"),
    ];
}
