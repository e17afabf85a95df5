using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// What a grain knows: its Foo, the Deployments that were seen with it, and what it must remember of its own writes. Of each
/// object the newest version counts, whoever brought it: the watch, a read, or the answer to a write.
/// </summary>
[GenerateSerializer, Alias("oo.foo-knowledge")]
internal sealed class FooKnowledge : IKnowledge
{
    /// <summary>The Foo as it was last seen; also when it is gone, for its version.</summary>
    [Id(0)]
    public FooSnapshot? LastFoo { get; private set; }

    [Id(1)]
    public bool FooGone { get; private set; }

    /// <summary>By name. A name that is not in here, or doubted, is unknown, which is not the same as absent.</summary>
    [Id(2)]
    public Dictionary<string, DeploymentKnowledge> Deployments { get; private set; } = [];

    /// <summary>What the API server refused as invalid, if anything.</summary>
    [Id(3)]
    public Refusal? Refused { get; set; }

    /// <summary>What the cluster keeps changing back, if anything.</summary>
    [Id(4)]
    public Resistance? Resisted { get; set; }

    /// <summary>The newest generation that is known to have been synced, by the uid it belongs to.</summary>
    [Id(5)]
    public (string Uid, long Generation) Synced { get; set; } = ("", 0);

    /// <summary>
    /// The last error that an Event told of. Needed only with a CRD that keeps no conditions, where the status does not say it.
    /// </summary>
    [Id(6)]
    public (string Uid, long Generation, string Reason) Told { get; set; } = ("", 0, "");

    /// <summary>The Foo when there is one to take care of.</summary>
    public FooSnapshot? Foo => FooGone || LastFoo is { Deleting: true } ? null : LastFoo;

    /// <inheritdoc/>
    public bool IsEmpty => Foo is null && Deployments.Values.All(d => d.Snapshot is null);

    /// <inheritdoc/>
    public ResourceSnapshot? Snapshot => FooGone ? null : LastFoo;

    /// <inheritdoc/>
    public bool Observe(Observation observation) => observation.Snapshot switch
    {
        FooSnapshot foo => Take(foo, observation.Deleted),
        DeploymentSnapshot deployment => Take(deployment, observation.Deleted),
        _ => false,
    };

    /// <inheritdoc/>
    public bool Observe(ListObservation list)
    {
        ArgumentNullException.ThrowIfNull(list);
        if (list.Resource == FooResources.Foos.QualifiedName)
            return !FooGone && LastFoo is { } foo && list.IsGone(foo) && Take(foo with { ResourceVersion = list.Version }, gone: true);
        if (list.Resource != FooResources.Deployments.QualifiedName)
            return false;

        // The list speaks of this Foo's Deployments; what is known of others' was read, and is read again.
        var gone = Deployments.Values.Where(known => known.Snapshot is { } d && d.Controller?.Uid == LastFoo?.Uid && list.IsGone(d)).ToList();
        gone.ForEach(known => Take(known.Snapshot! with { ResourceVersion = list.Version }, gone: true));
        return gone.Count > 0;
    }

    /// <inheritdoc/>
    public void Resync() => Refused = null;

    /// <summary>What is known of a Deployment; null when nothing is.</summary>
    public DeploymentKnowledge? Find(string name) => Deployments.GetValueOrDefault(name) is { IsDoubted: false } known ? known : null;

    /// <summary>Makes a Deployment unknown again: it must be read before anything is decided about it, except that it may go.</summary>
    public void Forget(string name)
    {
        if (Deployments.TryGetValue(name, out var known))
            Deployments[name] = known with { IsDoubted = true };
    }

    /// <summary>Takes in a Foo as it was seen.</summary>
    public bool Take(FooSnapshot foo, bool gone = false)
    {
        if (LastFoo is { } last && (foo.ResourceVersion < last.ResourceVersion || (foo.ResourceVersion == last.ResourceVersion && FooGone == gone)))
            return false;
        if (LastFoo is { } before && before.Uid != foo.Uid)
            (Refused, Resisted) = (null, null);

        // A status without conditions was written with an older CRD: without a generation, too, of which one cannot be known.
        if (LastFoo?.Uid != foo.Uid && foo is { AvailableReplicas: not null, Conditions.IsEmpty: true } && (foo.ObservedGeneration ?? foo.Generation) == foo.Generation)
            Synced = (foo.Uid, foo.Generation);
        if (LastFoo is null || LastFoo.Uid != foo.Uid || foo.Generation > LastFoo.Generation)
            Settle();
        (LastFoo, FooGone) = (foo, gone);
        RecallFrom(foo);
        return true;
    }

    /// <summary>Takes in a Deployment as this grain has just written it.</summary>
    public void TakeWritten(DeploymentSnapshot answer)
    {
        if (Take(answer))
            Deployments[answer.Key.Name] = Deployments[answer.Key.Name] with { HasMoved = false };
    }

    /// <summary>Takes in a Deployment as it was seen.</summary>
    public bool Take(DeploymentSnapshot deployment, bool gone = false)
    {
        var name = deployment.Key.Name;
        if (Deployments.TryGetValue(name, out var known) && (deployment.ResourceVersion < known.Version || (deployment.ResourceVersion == known.Version && !known.IsDoubted && known.Snapshot is null == gone)))
            return false;

        Deployments[name] = new DeploymentKnowledge(gone ? null : deployment, deployment.ResourceVersion)
        {
            HasVanished = gone,
            HasMoved = known is null or { HasMoved: true } || known.Snapshot?.Uid != deployment.Uid || known.Snapshot.Generation != deployment.Generation,
        };
        return true;
    }

    /// <summary>Takes in that there is no Deployment of a name.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="asked">What was known of it when it was asked: what has been seen since is newer than the answer, and stays.</param>
    public void TakeAbsent(string name, DeploymentKnowledge? asked)
    {
        if (Find(name)?.Version == asked?.Version)
            Deployments[name] = new DeploymentKnowledge(null, Deployments.GetValueOrDefault(name)?.Version ?? 0) { HasVanished = asked is not null };
    }

    /// <summary>Takes in that a Foo was asked for after its Deployments were seen: what is known of it is not older than they are.</summary>
    public void Confirm(FooSnapshot foo, string name)
    {
        if (LastFoo?.Uid != foo.Uid)
            return;
        Settle();
        if (Find(name) is { Snapshot: null } absent)
            Deployments[name] = absent with { HasVanished = false };
    }

    /// <summary>
    /// Takes in that the API server did not know a Foo any more. By the time its answer is here, the next of that name may
    /// have been seen: that one is another.
    /// </summary>
    public void TakeGone(FooSnapshot foo)
    {
        if (LastFoo?.Uid == foo.Uid)
            FooGone = true;
    }

    /// <summary>
    /// After a restart, the status may say that the difference was found to be resisted: it is not tried again at once.
    /// </summary>
    /// <returns>Whether it says so.</returns>
    public bool RecallResistance(FooPlan.Patch repair, TimeSpan wait, DateTimeOffset now)
    {
        if (Foo is not { } foo || Resisted is not null || FooStatus.ReadyOf(foo) is not { Reason: FooReasons.ChangedByAdmission } ready
            || ready.ObservedGeneration != foo.Generation || ready.Message != FooPlanner.ResistedMessage(foo, repair))
        {
            return false;
        }

        Resisted = new Resistance(repair.Deployment.Uid, repair.Deployment.Generation, foo.Generation, 1, now + wait);
        return true;
    }

    private void Settle()
    {
        foreach (var (name, known) in Deployments.Where(known => known.Value.HasMoved).ToList())
            Deployments[name] = known with { HasMoved = false };
    }

    /// <summary>
    /// What an earlier activation had found out stands in the status: a restart must not try what was refused, nor repeat an event.
    /// </summary>
    private void RecallFrom(FooSnapshot foo)
    {
        var ready = FooStatus.ReadyOf(foo);
        var current = foo.ObservedGeneration == foo.Generation || (foo.ObservedGeneration is null && ready?.ObservedGeneration == foo.Generation);
        if (current && ready is { Reason: FooReasons.Progressing or FooReasons.Available })
            Synced = (foo.Uid, foo.Generation);
        if (current && Refused is null && ready is { Reason: FooReasons.DeploymentInvalid })
            Refused = new Refusal(foo.Uid, foo.Generation, ready.Message);
        if (Refused is { } refused && (refused.Uid != foo.Uid || refused.Generation != foo.Generation))
            Refused = null;
    }
}
