using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Foos;

/// <summary>The kinds that the Foo controller deals with, and whose grain an object concerns.</summary>
public static class FooResources
{
    /// <summary>The Orleans grain type of the Foos' grains.</summary>
    public const string GrainType = "foo";

    /// <summary>Name of the controller, in metrics, logs and URLs.</summary>
    public const string Controller = "foo";

    /// <summary>The Foos.</summary>
    public static ResourceType Foos { get; } = new("samplecontroller.k8s.io", "v1alpha1", "foos", "Foo");

    /// <summary>The Deployments that Foos own.</summary>
    public static ResourceType Deployments { get; } = new("apps", "v1", "deployments", "Deployment");

    /// <summary>The grain of a Foo, or of the Foo that controls a Deployment; null when none does.</summary>
    public static ObjectKey? Route(ResourceSnapshot snapshot) => snapshot switch
    {
        FooSnapshot foo => foo.Key,
        DeploymentSnapshot { Controller: { Kind: "Foo" } controller } deployment
            when controller.ApiVersion.StartsWith(Foos.Group + "/", StringComparison.Ordinal) =>
            new ObjectKey(deployment.Key.Namespace, controller.Name),
        _ => null,
    };
}
