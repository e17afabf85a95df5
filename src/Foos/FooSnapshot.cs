using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Foos;

/// <summary>What the operator keeps of a Foo.</summary>
[GenerateSerializer, Immutable, Alias("oo.foo")]
public sealed record FooSnapshot : ReconciledSnapshot
{
    /// <summary>spec.deploymentName; empty when the Foo has none.</summary>
    [Id(0)] public string DeploymentName { get; init; } = "";

    /// <summary>spec.replicas; null leaves the Deployment's replicas to others, such as an autoscaler.</summary>
    [Id(1)] public int? Replicas { get; init; }

    /// <summary>status.availableReplicas; null when no status was ever written.</summary>
    [Id(2)] public int? AvailableReplicas { get; init; }

    /// <summary>Whether status.selector selects the pods of this Foo; false when never written, or when the CRD does not know the field.</summary>
    [Id(5)] public bool HasSelector { get; init; }

    /// <inheritdoc/>
    public override bool HasStatus => AvailableReplicas is not null;
}
