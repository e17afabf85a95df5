namespace OrleansOperator.Foos;

/// <summary>
/// Reasons of a Foo's Ready condition and of its Events that are its own; the engine adds those of any kind.
/// </summary>
internal static class FooReasons
{
    /// <summary>Ready: the Deployment is as the Foo says and its replicas are available.</summary>
    public const string Available = "DeploymentAvailable";

    /// <summary>Not Ready: replicas are on their way.</summary>
    public const string Progressing = "Progressing";

    /// <summary>Not Ready: spec.deploymentName is empty.</summary>
    public const string DeploymentNameMissing = "DeploymentNameMissing";

    /// <summary>Not Ready: spec.deploymentName is no name of an object.</summary>
    public const string DeploymentNameInvalid = "DeploymentNameInvalid";
}
