using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>What a grain knows: its object, the objects that were seen with it, and what it must remember of its own writes.</summary>
internal sealed class ObjectKnowledge(Controller controller) : Known, IKnowledge
{
    /// <summary>How many names of objects that are gone are remembered.</summary>
    private const int MostGoneNames = 4;

    private Dictionary<string, Resistance>? _resisted;
    private Dictionary<string, Contest>? _contests;
    private Dictionary<string, Ring>? _rings;

    /// <summary>The controller.</summary>
    public Controller Controller => controller;

    /// <summary>The object, also one that is being deleted.</summary>
    public Known<ReconciledSnapshot> Root { get; private set; } = Known<ReconciledSnapshot>.Nothing;

    /// <summary>A key that is not in here is unknown, which is not the same as absent.</summary>
    public Dictionary<ChildKey, Known<ResourceSnapshot>> Children { get; } = [];

    /// <summary>What the API server refused as invalid, if anything.</summary>
    public Refusal? Refused { get; set; }

    /// <summary>When the status was last written by this activation.</summary>
    public DateTimeOffset StatusWrittenAt { get; set; }

    /// <summary>The newest generation that is known to have been synced.</summary>
    public SyncedGeneration? Synced { get; set; }

    /// <summary>
    /// The last error that an Event reported. Needed only with a CRD that keeps no conditions, where the status does not say it.
    /// </summary>
    public ReportedReason? Reported { get; set; }

    /// <summary>What keeps the object from being synced, if anything.</summary>
    public Trouble? Trouble { get; set; }

    /// <summary>The status that the API server refused as invalid, if any: written again it would be refused again.</summary>
    public RefusedStatus? RefusedStatus { get; set; }

    /// <summary>The object when there is one to take care of.</summary>
    public ReconciledSnapshot? Object => Root.Object is { Deleting: false } obj ? obj : null;

    /// <summary>The key of the object when it has to be read: observations of it contradict each other, or one that it owns is known and the object itself is not.</summary>
    public ObjectKey? Missing => !Root.IsUnknown
        ? null
        : Root.Last?.Key ?? Children.Values.Select(known => known.Last is { } seen ? controller.OwnerOf(seen) : null).FirstOrDefault(key => key is not null);

    /// <inheritdoc/>
    public bool IsEmpty
    {
        get
        {
            if (Object is not null || Missing is not null)
                return false;
            foreach (var known in Children.Values)
            {
                if (known.LastThere is { } there && NamesIt(there))
                    return false;
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public ResourceSnapshot? Snapshot => Root.LastThere;

    /// <inheritdoc/>
    public IReadOnlyList<KnownObject> Objects
    {
        get
        {
            var objects = new List<KnownObject>(2);
            if (Root.LastThere is { } root)
                objects.Add(new KnownObject(controller.Kind.QualifiedName, root));
            foreach (var (child, known) in Children)
            {
                if (known.LastThere is { } there)
                    objects.Add(new KnownObject(child.Kind.QualifiedName, there));
            }

            return objects;
        }
    }

    /// <inheritdoc/>
    public override T? Owned<T>(string name)
        where T : class =>
        Object is { } owner && Find<T>(owner, name)?.LastThere is T there && there.Controller?.Uid == owner.Uid ? there : null;

    /// <inheritdoc/>
    public override bool Knows<T>(string name) => Object is { } owner && Find<T>(owner, name) is { IsUnknown: false };

    /// <inheritdoc/>
    public override IEnumerable<T> All<T>() =>
        from known in Children.Values
        let there = known.LastThere as T
        where there is not null && there.Controller?.Uid == Object?.Uid
        select there;

    /// <inheritdoc/>
    public bool Observe(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var contradicts = observation.Cause == ObservationCause.Contradiction;
        if (observation.Resource == controller.Kind.QualifiedName)
        {
            return observation.IsTombstone ? TakeRoot(Root.Gone(observation.Uid))
                : observation.Snapshot is ReconciledSnapshot root && Take(root, contradicts);
        }

        if (controller.OwnedOf(observation.Resource) is not { } kind)
            return false;
        var child = new ChildKey(kind, observation.Key);
        return TakeChild(child, observation.Snapshot is { } seen ? Find(child).See(seen, contradicts) : Find(child).Gone(observation.Uid));
    }

    /// <inheritdoc/>
    public void Resync() => (Refused, RefusedStatus) = (null, null);

    /// <summary>What is known of an object that is owned, or is to be.</summary>
    public Known<ResourceSnapshot> Find(ChildKey child) => Children.GetValueOrDefault(child, Known<ResourceSnapshot>.Nothing);

    /// <summary>The objects of a kind that the object owns and does not want any more, and those that are doubted and may be such.</summary>
    public IReadOnlyList<ChildKey> Unwanted(ReconciledSnapshot owner, Plan plan, OwnedKind kind)
    {
        List<ChildKey>? unwanted = null;
        foreach (var (child, known) in Children)
        {
            if (child.Kind == kind && !Wants(plan, child)
                && (known.IsDoubted || (known.Object is { Deleting: false } there && there.Controller?.Uid == owner.Uid)))
            {
                (unwanted ??= []).Add(child);
            }
        }

        return unwanted ?? (IReadOnlyList<ChildKey>)[];
    }

    /// <summary>What the cluster keeps changing back of an owned object, if anything.</summary>
    public Resistance? ResistanceOf(string uid) => _resisted?.GetValueOrDefault(uid);

    /// <summary>How the last repairs of an owned object went, if there were any.</summary>
    public Contest? ContestOf(string uid) => _contests?.GetValueOrDefault(uid);

    /// <summary>What was found out about the object that has a name which this one wants, if anything.</summary>
    public Ring? RingOf(string uid) => _rings?.GetValueOrDefault(uid);

    /// <summary>Remembers it.</summary>
    public void Remember(Resistance resistance) => (_resisted ??= [])[resistance.Uid] = resistance;

    /// <summary>Remembers it.</summary>
    public void Remember(Contest contest) => (_contests ??= [])[contest.Uid] = contest;

    /// <summary>Remembers it.</summary>
    public void Remember(Ring ring) => (_rings ??= [])[ring.Blocking] = ring;

    /// <summary>An owned object could be brought to what is wanted.</summary>
    public void ForgetResistance(string uid) => _resisted?.Remove(uid);

    /// <summary>Forgets which rings were found: others change their names, too.</summary>
    public void ForgetRings() => _rings = null;

    /// <summary>Makes an owned object unknown again: it must be read before anything is decided about it.</summary>
    public void Forget(ChildKey child) => TakeChild(child, Find(child).Doubted());

    /// <summary>The absence of an owned object is not to be relied on any longer: whether its owner is still there has to be asked.</summary>
    public void Unsettle(ChildKey child)
    {
        if (Find(child) is { IsSettled: true } known)
            Children[child] = known with { IsSettled = false };
    }

    /// <summary>A feed has seen the object.</summary>
    public bool Take(ReconciledSnapshot root, bool contradicts = false) => TakeRoot(Root.See(root, contradicts));

    /// <summary>The API server has answered a request for the object, or for its status.</summary>
    /// <param name="answer">The object, or null when there is none.</param>
    /// <param name="asked">What was known when it was asked.</param>
    public void TakeAnswer(ReconciledSnapshot? answer, Known<ReconciledSnapshot> asked) => TakeRoot(Root.Answer(answer, asked));

    /// <summary>The API server has answered a request for an owned object.</summary>
    /// <param name="child">Which one.</param>
    /// <param name="answer">The object, or null when there is none.</param>
    /// <param name="asked">What was known when it was asked.</param>
    /// <param name="written">Whether it is this grain's own write that was answered.</param>
    public void TakeAnswer(ChildKey child, ResourceSnapshot? answer, Known<ResourceSnapshot> asked, bool written = false)
    {
        var known = Find(child).Answer(answer, asked);
        TakeChild(child, written && answer is not null && ReferenceEquals(known.Object, answer) ? known with { IsSettled = true } : known);
    }

    /// <summary>The object was read: nothing that was known of what it owns before is newer than what is known of it.</summary>
    /// <param name="before">What was known of what it owns when it was asked for; what was seen since stays unsettled.</param>
    public void Confirm(IReadOnlyDictionary<ChildKey, Known<ResourceSnapshot>> before)
    {
        foreach (var (child, known) in before)
        {
            if (ReferenceEquals(Find(child), known))
                Children[child] = known with { IsSettled = true };
        }
    }

    /// <summary>
    /// After a restart, the status may say that the difference was found to be resisted: it is not tried again at once.
    /// </summary>
    /// <returns>Whether it says so.</returns>
    public bool RecallResistance(ChildKey child, ResourceSnapshot owned, Difference repair, TimeSpan wait, DateTimeOffset now)
    {
        if (Object is not { } obj || ResistanceOf(owned.Uid) is not null || DesiredStatus.ReadyOf(obj) is not { Reason: EngineReasons.ChangedByAdmission } ready
            || ready.ObservedGeneration != obj.Generation || ready.Message != Planner.ResistedMessage(child, repair))
        {
            return false;
        }

        Remember(new Resistance(owned.Uid, owned.Generation, obj.Generation, 1, now + wait));
        return true;
    }

    /// <summary>What is known of an owned object by its name; one of an owner of cluster scope may be in any namespace.</summary>
    private Known<ResourceSnapshot>? Find<T>(ReconciledSnapshot owner, string name)
    {
        if (controller.OwnedOf(typeof(T)) is not { } kind)
            return null;
        if (owner.Key.Namespace.Length > 0)
            return Children.GetValueOrDefault(new ChildKey(kind, owner.Key with { Name = name }));
        foreach (var (child, known) in Children)
        {
            if (child.Kind == kind && child.Key.Name == name)
                return known;
        }

        return null;
    }

    private static bool Wants(Plan plan, ChildKey child)
    {
        foreach (var wanted in plan.Wanted)
        {
            if (wanted.Key == child.Key && wanted.GetType() == child.Kind.Type)
                return true;
        }

        return false;
    }

    private bool TakeChild(ChildKey child, Known<ResourceSnapshot> known)
    {
        if (ReferenceEquals(known, Find(child)))
            return false;
        Children[child] = known;
        return true;
    }

    private bool TakeRoot(Known<ReconciledSnapshot> known)
    {
        if (ReferenceEquals(known, Root))
            return false;
        var before = Root.Last;
        Root = known;
        if (known.Object is not { } obj)
            return true;

        var another = before?.Uid != obj.Uid;
        if (another && before is not null)
            (Refused, _resisted) = (null, null);

        // A status without conditions was written with an older CRD: without a generation, too, of which one cannot be known.
        if (another && obj is { HasStatus: true, Conditions.IsEmpty: true } && (obj.ObservedGeneration ?? obj.Generation) == obj.Generation)
            Synced = new SyncedGeneration(obj.Uid, obj.Generation);

        if (another || obj.Generation > before!.Generation)
            Settle(obj);

        RecallFrom(obj, firstSeen: another);
        return true;
    }

    /// <summary>
    /// The spec of the object is news: what is known of what it owns is older. Whether something that is absent went with the object has to
    /// be asked, though. Names that are not used any more are forgotten, but for the last few of what is gone: a late message must not
    /// revive it.
    /// </summary>
    private void Settle(ReconciledSnapshot obj)
    {
        if (Children.Count == 0)
            return;
        var plan = PlanOf(obj);
        foreach (var (child, known) in Children.ToList())
        {
            if (plan is not null && !Wants(plan, child) && (known.Last is not { } seen || !NamesIt(seen)))
                Children.Remove(child);
            else if (known.IsSettled == known.IsAbsent)
                Children[child] = known with { IsSettled = !known.IsAbsent };
        }

        if (plan is null)
            return;
        var gone = Children.Where(known => known.Value is { IsAbsent: true, IsDoubted: false, Last: not null } && !Wants(plan, known.Key))
            .OrderByDescending(known => known.Value.Last!.ResourceVersion).Skip(MostGoneNames).ToList();
        gone.ForEach(known => Children.Remove(known.Key));
    }

    /// <summary>What the object calls for; null when its reconciler fails, which the run that follows reports: news is taken in all the same.</summary>
    private Plan? PlanOf(ReconciledSnapshot obj)
    {
        try
        {
            return obj.Deleting ? Plan.Want() : controller.Reconcile(obj, this);
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Whether an object says that it belongs to one of this name, whichever its uid.</summary>
    private bool NamesIt(ResourceSnapshot owned) =>
        controller.OwnerOf(owned) is { } owner && (Root.Last is null || owner == Root.Last.Key);

    /// <summary>
    /// What an earlier activation had found out stands in the status: a restart must not try what was refused, nor repeat an event.
    /// </summary>
    private void RecallFrom(ReconciledSnapshot obj, bool firstSeen)
    {
        var ready = DesiredStatus.ReadyOf(obj);
        var current = obj.ObservedGeneration == obj.Generation || (obj.ObservedGeneration is null && ready?.ObservedGeneration == obj.Generation);
        if (current && ready is not null && controller.IsSynced(ready.Reason))
            Synced = new SyncedGeneration(obj.Uid, obj.Generation);
        if (firstSeen && current && ready is not null && controller.InvalidKind(ready.Reason) is { } kind)
            Refused = new Refusal(obj.Uid, obj.Generation, kind, ready.Message);
        if (Refused is { } refused && (refused.Uid != obj.Uid || refused.Generation != obj.Generation))
            Refused = null;
    }
}
