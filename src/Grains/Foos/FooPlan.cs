using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Foos;

/// <summary>The next thing to do for a Foo. After it the knowledge is newer, and there may be another.</summary>
internal abstract record FooPlan
{
    private FooPlan()
    {
    }

    /// <summary>Everything is as it should be.</summary>
    public static Done Nothing { get; } = new();

    /// <summary>Whether it asks something of the API server that the status of the Foo does not speak of yet.</summary>
    public bool IsRequest => this is Read or ReadFoo or FindRing or Create or Patch or Delete;

    /// <summary>Nothing is to be written.</summary>
    public sealed record Done : FooPlan;

    /// <summary>Nothing can be done until the Foo changes, or a resync.</summary>
    public sealed record Stall : FooPlan;

    /// <summary>Nothing can be done now: look again with back-off.</summary>
    public sealed record Retry : FooPlan;

    /// <summary>Nothing can be done before a time.</summary>
    public sealed record Wait(DateTimeOffset Until) : FooPlan;

    /// <summary>It must be known what Deployment there is of this name.</summary>
    public sealed record Read(string Name) : FooPlan;

    /// <summary>
    /// The Foo must be read: it is not known, or a Deployment is absent, or has changed since the Foo was seen. Most Deployments
    /// vanish because their Foo is gone, and what has changed may be another activation's work for a change of the Foo.
    /// </summary>
    public sealed record ReadFoo(ObjectKey Key) : FooPlan;

    /// <summary>It must be found out whether the Foo that has the name wants one that this one still has, be it through others.</summary>
    public sealed record FindRing(DeploymentSnapshot Blocking) : FooPlan;

    /// <summary>Create the Deployment.</summary>
    public sealed record Create(string Name, int? Replicas) : FooPlan;

    /// <summary>Put back what the Foo defines; null is left alone.</summary>
    public sealed record Patch(DeploymentSnapshot Deployment, int? Replicas, bool Image, bool AppLabel, bool ControllerLabel) : FooPlan
    {
        /// <summary>What is put back, in words.</summary>
        public string Fields => string.Join(" and ", new[]
        {
            Replicas is null ? null : "replicas", Image ? "the image" : null, AppLabel || ControllerLabel ? "the pod labels" : null,
        }.OfType<string>());

        /// <summary>One of the fields that are put back, as managedFields name it (KEP-555, FieldsV1).</summary>
        public IReadOnlyList<string> FieldPath =>
            Replicas is not null ? ["f:spec", "f:replicas"]
            : Image ? ["f:spec", "f:template", "f:spec", "f:containers", $$"""k:{"name":"{{FooPlanner.Container}}"}""", "f:image"]
            : ["f:spec", "f:template", "f:metadata", "f:labels", AppLabel ? "f:app" : "f:controller"];
    }

    /// <summary>Delete the Deployment of an earlier name.</summary>
    public sealed record Delete(DeploymentSnapshot Deployment) : FooPlan;

    /// <summary>Write the status, and say that it has changed.</summary>
    public sealed record WriteStatus(FooStatus Status, FooEvent? Event) : FooPlan;

    /// <summary>Record an Event that no status write goes with.</summary>
    public sealed record Tell(FooEvent Event) : FooPlan;

    /// <summary>An Event to record.</summary>
    public sealed record FooEvent(EventType Type, string Reason, string Message);
}
