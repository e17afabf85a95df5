using OrleansOperator.LoadTest.Objects;

namespace OrleansOperator.LoadTest.Tracking;

/// <summary>A Foo, its Deployment as last seen, and the change that is to be followed. What has converged is decided here.</summary>
internal sealed class TrackedFoo
{
    /// <summary>The replicas that its spec was given last.</summary>
    public int Wanted { get; set; }

    /// <summary>The Foo as last seen; null when there is none.</summary>
    public FooObject? Foo { get; set; }

    /// <summary>When that was seen.</summary>
    public long FooSeen { get; set; }

    /// <summary>Its Deployment as last seen; null when there is none.</summary>
    public DeploymentObject? Deployment { get; set; }

    /// <summary>When that was seen.</summary>
    public long DeploymentSeen { get; set; }

    /// <summary>The change that is to be followed; null when there is none.</summary>
    public Change? Pending { get; set; }

    /// <summary>Whether it is to be deleted.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>Whether everything is as the Foo wants it: its own Deployment, available, and a status that says so.</summary>
    public bool IsConverged => IsDeleted
        ? Foo is null && Deployment is null
        : HasDeployment && IsAvailable && StatusSaysSo;

    /// <summary>What is missing, in a few words.</summary>
    public string Missing =>
        Pending?.Refused is { } refused ? "refused: " + refused
        : IsDeleted ? Foo is not null ? "the Foo is still there" : "the Deployment is still there"
        : Foo is null ? "the Foo was not seen"
        : Deployment is null ? "no Deployment"
        : !IsOwned ? "the Deployment is not owned by the Foo"
        : Deployment.Spec?.Replicas != Wanted ? FormattableString.Invariant($"the Deployment has {Deployment.Spec?.Replicas} replicas instead of {Wanted}")
        : !IsAvailable ? FormattableString.Invariant($"the Deployment has {Deployment.Status?.AvailableReplicas ?? 0} of {Wanted} replicas available")
        : !StatusSaysSo ? FormattableString.Invariant($"the Foo's status says {Foo.Status?.AvailableReplicas ?? 0} of {Wanted} replicas are available, for generation {Foo.Status?.ObservedGeneration} of {Foo.Metadata.Generation}")
        : "its change was not seen";

    private bool IsOwned => Foo is not null && Deployment?.Metadata.OwnerReferences?.Any(owner => owner.Controller && owner.Uid == Foo.Metadata.Uid) == true;

    private bool HasDeployment => IsOwned && Deployment!.Spec?.Replicas == Wanted;

    private bool IsAvailable => (Deployment?.Status?.AvailableReplicas ?? 0) == Wanted;

    private bool StatusSaysSo =>
        Foo?.Status is { } status && (status.AvailableReplicas ?? 0) == Wanted
        && (status.ObservedGeneration is not { } observed || observed >= Foo.Metadata.Generation);

    /// <summary>Whether the Deployment has followed the pending change.</summary>
    public bool HasFollowed(Change change) => change.Kind switch
    {
        ChangeKind.Delete => Foo is null,

        // Only when the answer has told what was there before can it be told from what comes after.
        ChangeKind.Drift => change.Accepted != 0 && HasDeployment && Deployment!.Metadata.Version > change.Version,
        ChangeKind.Lose => HasDeployment && Deployment!.Metadata.Uid != change.LostUid,
        _ => HasDeployment,
    };

    /// <summary>Whether nothing is left to do for the pending change.</summary>
    public bool IsReady(Change change) => HasFollowed(change) && change.Kind switch
    {
        ChangeKind.Drift => true,
        _ => IsConverged,
    };
}
