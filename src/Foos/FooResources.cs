using OrleansOperator.KubeApi;

namespace OrleansOperator.Foos;

/// <summary>The kinds that the Foo controller deals with.</summary>
public static class FooResources
{
    /// <summary>Name of the controller, in metrics, logs and URLs.</summary>
    public const string Controller = "foo";

    /// <summary>The Foos.</summary>
    public static ResourceType Foos { get; } = new("samplecontroller.k8s.io", "v1alpha1", "foos", "Foo");

    /// <summary>The Deployments that Foos own.</summary>
    public static ResourceType Deployments { get; } = new("apps", "v1", "deployments", "Deployment");
}
