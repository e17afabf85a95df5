using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator;

/// <summary>
/// Says what an object of a kind calls for: a pure function of the object and of what is known of the objects that it owns. It
/// neither asks nor writes anything; the engine reads what it does not know, compares what is wanted with what is there, writes
/// only what differs, and calls it again whenever something changes.
/// </summary>
/// <typeparam name="TObject">The kind that is reconciled.</typeparam>
/// <remarks>
/// It is called for objects of any state, also before anything is known of what they own, and must answer the same for the same
/// arguments. It is not called for an object that is being deleted: what it owns goes with it, by owner references.
/// </remarks>
public interface IReconciler<in TObject>
    where TObject : ReconciledSnapshot
{
    /// <summary>What the object calls for.</summary>
    /// <param name="obj">The object as it was last seen.</param>
    /// <param name="known">What is known of the objects that it owns.</param>
    Plan Reconcile(TObject obj, Known known);
}
