using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine;

/// <summary>What can be seen of a reconciling grain from any thread, without a call to it.</summary>
public interface IReconcilerView
{
    /// <summary>Name of the controller.</summary>
    string Controller { get; }

    /// <summary>The object as it was last seen; null when it is gone, or not known yet.</summary>
    ResourceSnapshot? Snapshot { get; }

    /// <summary>The objects that it believes to exist.</summary>
    IReadOnlyList<KnownObject> Objects { get; }

    /// <summary>How its reconciling stands.</summary>
    ReconcileStatus Status { get; }
}
