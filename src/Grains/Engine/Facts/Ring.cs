using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>
/// What was found out about an object that wants a name which another one's owned object has: whether they form a ring, in which
/// each waits for a name that the next still has. Two that swap their names are the smallest.
/// </summary>
/// <param name="Blocking">The uid of the object that has the name.</param>
/// <param name="OwnerGeneration">The generation of the object that wants its name.</param>
/// <param name="Yields">
/// The name of what is deleted before the wanted is there, because it is this one's turn; null when it is another's, or there is no
/// ring.
/// </param>
internal sealed record Ring(string Blocking, long OwnerGeneration, string? Yields)
{
    /// <summary>Whether it was found out about this.</summary>
    public bool IsOf(ReconciledSnapshot owner, ResourceSnapshot blocking) => Blocking == blocking.Uid && OwnerGeneration == owner.Generation;
}
