using OrleansOperator.Grains.Interfaces.Deployments;

namespace OrleansOperator.Grains.Foos;

/// <summary>What is known of the Deployment of one name.</summary>
/// <param name="Snapshot">The Deployment, or null when it is known that there is none.</param>
/// <param name="Version">The resource version of that knowledge: nothing older is believed.</param>
[GenerateSerializer, Immutable, Alias("oo.deployment-knowledge")]
internal sealed record DeploymentKnowledge([property: Id(0)] DeploymentSnapshot? Snapshot, [property: Id(1)] long Version)
{
    /// <summary>Whether it must be asked for, because it may have changed without any news of it.</summary>
    [Id(2)]
    public bool IsDoubted { get; init; }

    /// <summary>Whether it was there and is gone, most likely with its Foo: whether that is still there has to be asked.</summary>
    [Id(3)]
    public bool HasVanished { get; init; }

    /// <summary>
    /// Whether it came or its spec was changed, not by this grain, after the spec of the Foo was last news. Where two
    /// activations of the grain live for a moment, one may know the other's write and not yet the change of the Foo that it
    /// was for: the Foo is asked for before anything of that is undone.
    /// </summary>
    [Id(4)]
    public bool HasMoved { get; init; }
}
