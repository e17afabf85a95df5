using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>What a grain knows: its Foo, the Deployments that were seen with it, and what it must remember of its own writes.</summary>
internal sealed class FooKnowledge : IKnowledge
{
    /// <summary>How many names of Deployments that are gone are remembered.</summary>
    private const int MostGoneNames = 4;

    /// <summary>The Foo, also one that is being deleted.</summary>
    public Known<FooSnapshot> Root { get; private set; } = Known<FooSnapshot>.Nothing;

    /// <summary>By name. A name that is not in here is unknown, which is not the same as absent.</summary>
    public Dictionary<string, Known<DeploymentSnapshot>> Deployments { get; private set; } = [];

    /// <summary>What the API server refused as invalid, if anything.</summary>
    public Refusal? Refused { get; set; }

    /// <summary>What the cluster keeps changing back, if anything.</summary>
    public Resistance? Resisted { get; set; }

    /// <summary>What was found out about the Foo that has the name which this one wants, if anything.</summary>
    public Ring? Ring { get; set; }

    /// <summary>How the last repairs went, if there were any.</summary>
    public Contest? Contest { get; set; }

    /// <summary>When the status was last written by this activation.</summary>
    public DateTimeOffset StatusWrittenAt { get; set; }

    /// <summary>The newest generation that is known to have been synced.</summary>
    public SyncedGeneration? Synced { get; set; }

    /// <summary>
    /// The last error that an Event reported. Needed only with a CRD that keeps no conditions, where the status does not say it.
    /// </summary>
    public ReportedReason? Reported { get; set; }

    /// <summary>What keeps the Foo from being synced, if anything.</summary>
    public Trouble? Trouble { get; set; }

    /// <summary>The status that the API server refused as invalid, if any: written again it would be refused again.</summary>
    public RefusedStatus? RefusedStatus { get; set; }

    /// <summary>The Foo when there is one to take care of.</summary>
    public FooSnapshot? Foo => Root.Object is { Deleting: false } foo ? foo : null;

    /// <summary>The key of the Foo when it has to be read: observations of it contradict each other, or a Deployment of it is known and the Foo itself is not.</summary>
    public ObjectKey? MissingFoo => !Root.IsUnknown
        ? null
        : Root.Last?.Key ?? Deployments.Values.Select(known => known.Last is { } seen ? FooResources.Route(seen) : null).FirstOrDefault(key => key is not null);

    /// <inheritdoc/>
    public bool IsEmpty => Foo is null && MissingFoo is null && !Deployments.Values.Any(known => known.LastThere is { } there && NamesIt(there));

    /// <inheritdoc/>
    public ResourceSnapshot? Snapshot => Root.LastThere;

    /// <inheritdoc/>
    public bool Observe(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var contradicts = observation.Cause == ObservationCause.Contradiction;
        return observation switch
        {
            { Snapshot: FooSnapshot foo } => Take(foo, contradicts),
            { Snapshot: DeploymentSnapshot deployment } => Take(deployment, contradicts),
            { IsTombstone: true } when observation.Resource == FooResources.Foos.QualifiedName => TakeFoo(Root.Gone(observation.Uid)),
            { IsTombstone: true } when observation.Resource == FooResources.Deployments.QualifiedName =>
                TakeDeployment(observation.Key.Name, Find(observation.Key.Name).Gone(observation.Uid)),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<KnownObject> Objects
    {
        get
        {
            var objects = new List<KnownObject>(2);
            if (Root.LastThere is { } foo)
                objects.Add(new KnownObject(FooResources.Foos.QualifiedName, foo));
            foreach (var known in Deployments.Values)
            {
                if (known.LastThere is { } deployment)
                    objects.Add(new KnownObject(FooResources.Deployments.QualifiedName, deployment));
            }

            return objects;
        }
    }

    /// <inheritdoc/>
    public void Resync() => (Refused, RefusedStatus) = (null, null);

    /// <summary>What is known of a Deployment.</summary>
    public Known<DeploymentSnapshot> Find(string name) => Deployments.GetValueOrDefault(name, Known<DeploymentSnapshot>.Nothing);

    /// <summary>The names of the Deployments that the Foo owns and does not name any more, and of those that are doubted and may be such.</summary>
    public IReadOnlyList<string> EarlierNames(FooSnapshot foo)
    {
        List<string>? names = null;
        foreach (var (name, known) in Deployments)
        {
            if (name != foo.DeploymentName && (known.IsDoubted || (known.Object is { Deleting: false } old && old.Controller?.Uid == foo.Uid)))
                (names ??= []).Add(name);
        }

        return names ?? (IReadOnlyList<string>)[];
    }

    /// <summary>Makes a Deployment unknown again: it must be read before anything is decided about it.</summary>
    public void Forget(string name) => TakeDeployment(name, Find(name).Doubted());

    /// <summary>A Deployment's absence is not to be relied on any longer: whether the Foo is still there has to be asked.</summary>
    public void Unsettle(string name)
    {
        if (Find(name) is { IsSettled: true } known)
            Deployments[name] = known with { IsSettled = false };
    }

    /// <summary>A feed has seen the Foo.</summary>
    public bool Take(FooSnapshot foo, bool contradicts = false) => TakeFoo(Root.See(foo, contradicts));

    /// <summary>A feed has seen a Deployment.</summary>
    public bool Take(DeploymentSnapshot deployment, bool contradicts = false) =>
        TakeDeployment(deployment.Key.Name, Find(deployment.Key.Name).See(deployment, contradicts));

    /// <summary>The API server has answered a request for the Foo, or for its status.</summary>
    /// <param name="answer">The Foo, or null when there is none.</param>
    /// <param name="asked">What was known when it was asked.</param>
    public void TakeAnswer(FooSnapshot? answer, Known<FooSnapshot> asked) => TakeFoo(Root.Answer(answer, asked));

    /// <summary>The API server has answered a request for a Deployment.</summary>
    /// <param name="name">The name of the Deployment.</param>
    /// <param name="answer">The Deployment, or null when there is none.</param>
    /// <param name="asked">What was known when it was asked.</param>
    /// <param name="written">Whether it is this grain's own write that was answered.</param>
    public void TakeAnswer(string name, DeploymentSnapshot? answer, Known<DeploymentSnapshot> asked, bool written = false)
    {
        var known = Find(name).Answer(answer, asked);
        TakeDeployment(name, written && answer is not null && ReferenceEquals(known.Object, answer) ? known with { IsSettled = true } : known);
    }

    /// <summary>The Foo was read: nothing that was known of its Deployments before is newer than what is known of it.</summary>
    /// <param name="before">What was known of the Deployments when it was asked for; what was seen since stays unsettled.</param>
    public void Confirm(IReadOnlyDictionary<string, Known<DeploymentSnapshot>> before)
    {
        foreach (var (name, known) in before)
        {
            if (ReferenceEquals(Find(name), known))
                Deployments[name] = known with { IsSettled = true };
        }
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

    private bool TakeDeployment(string name, Known<DeploymentSnapshot> known)
    {
        if (ReferenceEquals(known, Find(name)))
            return false;
        Deployments[name] = known;
        return true;
    }

    private bool TakeFoo(Known<FooSnapshot> known)
    {
        if (ReferenceEquals(known, Root))
            return false;
        var before = Root.Last;
        Root = known;
        if (known.Object is not { } foo)
            return true;

        var another = before?.Uid != foo.Uid;
        if (another && before is not null)
            (Refused, Resisted) = (null, null);

        // A status without conditions was written with an older CRD: without a generation, too, of which one cannot be known.
        if (another && foo is { AvailableReplicas: not null, Conditions.IsEmpty: true } && (foo.ObservedGeneration ?? foo.Generation) == foo.Generation)
            Synced = new SyncedGeneration(foo.Uid, foo.Generation);

        if (another || foo.Generation > before!.Generation)
            Settle(foo);

        RecallFrom(foo, firstSeen: another);
        return true;
    }

    /// <summary>
    /// The spec of the Foo is news: what is known of the Deployments is older. Whether one that is absent went with its Foo has to
    /// be asked, though. Names that are not used any more are forgotten, but for the last few: a late message must not revive what
    /// is gone.
    /// </summary>
    private void Settle(FooSnapshot foo)
    {
        foreach (var (name, known) in Deployments.ToList())
        {
            if (name != foo.DeploymentName && (known.Last is not { } seen || !NamesIt(seen)))
                Deployments.Remove(name);
            else
                Deployments[name] = known with { IsSettled = !known.IsAbsent };
        }

        var gone = Deployments.Where(known => known.Key != foo.DeploymentName && known.Value is { IsAbsent: true, IsDoubted: false })
            .OrderByDescending(known => known.Value.Last!.ResourceVersion).Skip(MostGoneNames).ToList();
        gone.ForEach(known => Deployments.Remove(known.Key));
    }

    /// <summary>Whether a Deployment says that it belongs to a Foo of this name, whichever its uid.</summary>
    private bool NamesIt(DeploymentSnapshot deployment) =>
        FooResources.Route(deployment) is { } owner && (Root.Last is null || owner == Root.Last.Key);

    /// <summary>
    /// What an earlier activation had found out stands in the status: a restart must not try what was refused, nor repeat an event.
    /// </summary>
    private void RecallFrom(FooSnapshot foo, bool firstSeen)
    {
        var ready = FooStatus.ReadyOf(foo);
        var current = foo.ObservedGeneration == foo.Generation || (foo.ObservedGeneration is null && ready?.ObservedGeneration == foo.Generation);
        if (current && ready is { Reason: FooReasons.Progressing or FooReasons.Available })
            Synced = new SyncedGeneration(foo.Uid, foo.Generation);
        if (firstSeen && current && ready is { Reason: FooReasons.DeploymentInvalid })
            Refused = new Refusal(foo.Uid, foo.Generation, ready.Message);
        if (Refused is { } refused && (refused.Uid != foo.Uid || refused.Generation != foo.Generation))
            Refused = null;
    }
}
