using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Foos;

/// <summary>A Foo calls for a Deployment of the name and with the replicas that it says.</summary>
internal sealed class FooReconciler : IReconciler<FooSnapshot>
{
    /// <summary>The image of the Deployment's container.</summary>
    public const string Image = "nginx:latest";

    /// <summary>The name of the Deployment's container.</summary>
    public const string Container = "nginx";

    /// <summary>The pods' <c>app</c> label.</summary>
    public const string App = "nginx";

    /// <inheritdoc/>
    public Plan Reconcile(FooSnapshot obj, Known known)
    {
        var name = obj.DeploymentName;
        if (name.Length == 0)
            return Stall(obj, FooReasons.DeploymentNameMissing, "spec.deploymentName is empty: set it to the name of the Deployment.", tell: false);
        if (ResourceName.Problem(name) is { } problem)
            return Stall(obj, FooReasons.DeploymentNameInvalid, $"spec.deploymentName {problem}: set it to the name of the Deployment.", tell: true);

        var deployment = known.Owned<DeploymentSnapshot>(name);
        var available = deployment?.AvailableReplicas ?? (known.Knows<DeploymentSnapshot>(name) ? 0 : obj.AvailableReplicas ?? 0);
        return Plan
            .Want(new DeploymentSnapshot
            {
                Key = obj.Key with { Name = name },
                Replicas = obj.Replicas,
                Image = Image,
                AppLabel = App,
                ControllerLabel = obj.Key.Name,
            })
            .Prune<DeploymentSnapshot>()
            .Status(new FooStatus(obj.Key.Name, available))
            .Condition(ReadyOf(obj, name, deployment));
    }

    private static Plan Stall(FooSnapshot foo, string reason, string message, bool tell) =>
        Plan.Stall(Ready.False(reason, message), tell).Status(new FooStatus(foo.Key.Name, 0));

    private static Condition ReadyOf(FooSnapshot foo, string name, DeploymentSnapshot? deployment)
    {
        if (deployment is null)
            return Ready.False(FooReasons.Progressing);
        var wanted = foo.Replicas ?? deployment.Replicas ?? 1;
        var message = $"Deployment {name} has {deployment.AvailableReplicas} of {wanted} replicas available";
        if (!IsRolledOut(deployment, wanted))
            return Ready.False(FooReasons.Progressing, message + ", of an earlier rollout");
        return deployment.Deleting || deployment.AvailableReplicas < wanted
            ? Ready.False(FooReasons.Progressing, message)
            : Ready.True(FooReasons.Available, message);
    }

    /// <summary>
    /// Whether the Deployment's status speaks of its spec as it is now, and its replicas are of that spec (as <c>kubectl rollout
    /// status</c> looks at it): those available may be an earlier one's.
    /// </summary>
    private static bool IsRolledOut(DeploymentSnapshot deployment, int wanted) =>
        deployment.ObservedGeneration >= deployment.Generation && deployment.UpdatedReplicas >= wanted;
}
