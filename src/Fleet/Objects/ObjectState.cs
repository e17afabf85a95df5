using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Objects;

/// <summary>How an object stands, worst first.</summary>
[GenerateSerializer, Alias("oo.fleet-state")]
public enum ObjectState
{
    /// <summary>Its last reconcile failed and is tried again.</summary>
    Failing,

    /// <summary>Given up for now: it is tried again when it changes, or after a long wait.</summary>
    Stalled,

    /// <summary>It is being deleted and waits for its finalizers.</summary>
    Deleting,

    /// <summary>It is not ready yet, or its status is about an older generation.</summary>
    NotReady,

    /// <summary>It is ready.</summary>
    Ready,
}

/// <summary>Tells the state of an object.</summary>
internal static class ObjectStates
{
    public static IReadOnlyList<ObjectState> All { get; } = Enum.GetValues<ObjectState>();

    /// <summary>The state of an object. One whose CRD keeps no Ready condition is ready when there is nothing left to do for it.</summary>
    public static ObjectState Of(ResourceSnapshot snapshot, Condition? ready, ReconcileStatus status) => status switch
    {
        { Failures: > 0 } => ObjectState.Failing,
        { Outcome: OutcomeKind.Stalled } => ObjectState.Stalled,
        _ when snapshot.Deleting => ObjectState.Deleting,
        _ when ready is null => status is { Outcome: OutcomeKind.Done, IsRunning: false } && status.Checked != default ? ObjectState.Ready : ObjectState.NotReady,
        _ => ready.Status == "True" && !IsOutdated(snapshot.Generation, ready) ? ObjectState.Ready : ObjectState.NotReady,
    };

    /// <summary>Whether a condition says how an earlier generation stood.</summary>
    public static bool IsOutdated(long generation, Condition condition) =>
        condition.ObservedGeneration != 0 && condition.ObservedGeneration < generation;

    /// <summary>The state in URLs.</summary>
    public static string Id(this ObjectState state) => state switch
    {
        ObjectState.Failing => "failing",
        ObjectState.Stalled => "stalled",
        ObjectState.Deleting => "deleting",
        ObjectState.NotReady => "not-ready",
        _ => "ready",
    };
}
