namespace OrleansOperator.Grains.Foos;

/// <summary>
/// Reasons of a Foo's Ready condition and of its Events; those of requests that fail are in <see cref="KubeApi.FailureReason"/>.
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

    /// <summary>Not Ready: the Deployment of that name belongs to another. The name is sample-controller's.</summary>
    public const string ErrResourceExists = "ErrResourceExists";

    /// <summary>Not Ready: the API server calls the Deployment invalid.</summary>
    public const string DeploymentInvalid = "DeploymentInvalid";

    /// <summary>Not Ready: something in the cluster changes the Deployment back.</summary>
    public const string ChangedByAdmission = "ChangedByAdmission";

    /// <summary>Not Ready: another writer keeps changing the Deployment.</summary>
    public const string Contended = "Contended";

    /// <summary>Event: a generation is synced. The name is sample-controller's.</summary>
    public const string Synced = "Synced";
}
