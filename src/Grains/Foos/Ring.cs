using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// What was found out about a Foo whose Deployment's name another Foo has: whether they form a ring, in which each waits for a name
/// that the next still has. Two that swap their names are the smallest.
/// </summary>
/// <param name="Blocking">The uid of the other's Deployment.</param>
/// <param name="FooGeneration">The generation of the Foo that wants its name.</param>
/// <param name="Yields">
/// The Deployment that this Foo deletes before it has the one that it wants, because it is its turn; null when it is another's, or
/// there is no ring.
/// </param>
internal sealed record Ring(string Blocking, long FooGeneration, string? Yields)
{
    /// <summary>Whether it was found out about this.</summary>
    public bool IsOf(FooSnapshot foo, DeploymentSnapshot blocking) => Blocking == blocking.Uid && FooGeneration == foo.Generation;
}
