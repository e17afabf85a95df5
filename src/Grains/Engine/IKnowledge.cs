using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine;

/// <summary>What a grain knows of its object and of the objects it owns.</summary>
public interface IKnowledge
{
    /// <summary>Whether there is nothing to take care of: the object is gone, and so is all that it owned.</summary>
    bool IsEmpty { get; }

    /// <summary>The object as it was last seen; null when it is gone, or not known yet. Read from any thread.</summary>
    ResourceSnapshot? Snapshot { get; }

    /// <summary>Takes a fact in if it is news; older facts than what is known change nothing.</summary>
    /// <returns>Whether it was news.</returns>
    bool Observe(Observation observation);

    /// <summary>
    /// The objects that are believed to exist, in the state that was last seen, doubted ones included. Silos compare them with what
    /// the feeds have. A new list each time, which never changes afterwards.
    /// </summary>
    IReadOnlyList<KnownObject> Objects { get; }

    /// <summary>Forgets what had been given up, so that it is tried again.</summary>
    void Resync();
}
