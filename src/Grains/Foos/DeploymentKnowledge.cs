using OrleansOperator.Grains.Interfaces.Deployments;

namespace OrleansOperator.Grains.Foos;

/// <summary>What is known of the Deployment of one name.</summary>
/// <param name="Snapshot">The Deployment, or null when it is known that there is none.</param>
/// <param name="Version">The resource version of that knowledge: nothing older is believed.</param>
[GenerateSerializer, Immutable, Alias("oo.deployment-knowledge")]
internal sealed record DeploymentKnowledge([property: Id(0)] DeploymentSnapshot? Snapshot, [property: Id(1)] long Version);
