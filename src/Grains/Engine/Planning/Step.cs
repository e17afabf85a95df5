using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Engine.Planning;

/// <summary>The next thing to do for an object. After it the knowledge is newer, and there may be another.</summary>
internal abstract record Step
{
    private Step()
    {
    }

    /// <summary>Everything is as it should be.</summary>
    public static Done Nothing { get; } = new();

    /// <summary>Whether it asks something of the API server that the status of the object does not speak of yet.</summary>
    public bool IsRequest => this is Read or ReadObject or FindRing or Create or Patch or Delete;

    /// <summary>Nothing is to be written.</summary>
    public sealed record Done : Step;

    /// <summary>Nothing can be done until the object changes, or a resync.</summary>
    public sealed record Stall : Step;

    /// <summary>Nothing can be done now: look again with back-off at what others have.</summary>
    /// <param name="Foreign">What is wanted and belongs to another.</param>
    public sealed record Retry(IReadOnlyList<ChildKey> Foreign) : Step;

    /// <summary>Nothing can be done before a time.</summary>
    public sealed record Wait(DateTimeOffset Until) : Step;

    /// <summary>It must be known what object there is of this name.</summary>
    public sealed record Read(ChildKey Child) : Step;

    /// <summary>
    /// The object itself must be read: it is not known, or something that it owns is absent, or has changed since the object was seen.
    /// Most owned objects vanish because their owner is gone, and what has changed may be another activation's work for a change of it.
    /// </summary>
    public sealed record ReadObject(ObjectKey Key) : Step;

    /// <summary>It must be found out whether the object that has a name wants one that this one still has, be it through others.</summary>
    public sealed record FindRing(ChildKey Child, ResourceSnapshot Blocking, IReadOnlyList<ChildKey> Earlier) : Step;

    /// <summary>Create an owned object.</summary>
    public sealed record Create(ChildKey Child, ResourceSnapshot Wanted) : Step;

    /// <summary>Put back what the reconciler wants of an owned object.</summary>
    public sealed record Patch(ChildKey Child, ResourceSnapshot There, Difference Difference) : Step;

    /// <summary>Delete an object that is not wanted any more.</summary>
    public sealed record Delete(ChildKey Child, ResourceSnapshot There) : Step;

    /// <summary>Write the status, and say that it has changed.</summary>
    public sealed record WriteStatus(DesiredStatus Status, PlannedEvent? Event) : Step;

    /// <summary>Record an Event that no status write goes with.</summary>
    public sealed record Tell(PlannedEvent Event) : Step;
}

/// <summary>An Event to record.</summary>
internal sealed record PlannedEvent(EventType Type, string Reason, string Message);
