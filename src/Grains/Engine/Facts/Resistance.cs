using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>Admission in the cluster changes what is written, so that a difference never goes.</summary>
/// <param name="Uid">The owned object.</param>
/// <param name="Generation">Its generation after the write: when it moves, someone else has changed it.</param>
/// <param name="OwnerGeneration">The generation of the owner that was written for.</param>
/// <param name="Times">How often it was tried.</param>
/// <param name="RetryAt">When it is tried again.</param>
internal sealed record Resistance(
    string Uid,
    long Generation,
    long OwnerGeneration,
    int Times,
    DateTimeOffset RetryAt)
{
    /// <summary>Whether it is about what this object is now, and what its owner says.</summary>
    public bool IsOf(ReconciledSnapshot owner, ResourceSnapshot owned) =>
        Uid == owned.Uid && Generation == owned.Generation && OwnerGeneration == owner.Generation;
}
