using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;

namespace OrleansOperator.Foos;

/// <summary>The Foo controller.</summary>
public static class FooController
{
    private static readonly FooReconciler Reconciler = new();

    /// <summary>Foos.</summary>
    public static ReconciledKind Foos { get; } = new FooKind();

    /// <summary>The Deployments that they own.</summary>
    public static OwnedKind Deployments { get; } = new DeploymentKind();

    /// <summary>The controller.</summary>
    public static Controller Instance { get; } =
        new(FooResources.Controller, Foos, [Deployments], static (obj, known) => Reconciler.Reconcile((FooSnapshot)obj, known));
}
