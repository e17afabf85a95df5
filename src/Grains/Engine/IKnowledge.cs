using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine;

/// <summary>What a grain knows of its object and of the objects it owns. Moves along when the grain migrates.</summary>
public interface IKnowledge
{
    /// <summary>Whether there is nothing to take care of: the object is gone, and so is all that it owned.</summary>
    bool IsEmpty { get; }

    /// <summary>The object as it was last seen; null when it is gone, or not known yet. Read from any thread.</summary>
    ResourceSnapshot? Snapshot { get; }

    /// <summary>Takes a fact in if it is news; older facts than what is known change nothing.</summary>
    /// <returns>Whether it was news.</returns>
    bool Observe(Observation observation);

    /// <summary>Takes in that what is known of a kind and not named in a list is gone.</summary>
    /// <returns>Whether it was news.</returns>
    bool Observe(ListObservation list);

    /// <summary>Forgets what had been given up, so that it is tried again.</summary>
    void Resync();
}
