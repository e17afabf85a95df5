using Orleans.Concurrency;

namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// The grain of one custom resource, keyed <c>namespace/name</c>: it holds what is known of the resource and of the objects
/// it owns, and is the only place where they are reconciled, one run at a time.
/// </summary>
/// <remarks>
/// Silos of two versions call each other during a rolling upgrade. So interfaces, methods and messages carry aliases that
/// outlive a rename, and each method takes one message, which may gain fields.
/// </remarks>
[Alias("oo.reconciler")]
public interface IReconcilerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Tells the grain what the watch ingest saw. Returns as soon as the fact is stored; the reconcile runs afterwards, and
    /// facts that arrive meanwhile coalesce into one more run.
    /// </summary>
    [AlwaysInterleave]
    [Alias("observe")]
    Task Observe(Observation observation);
}
