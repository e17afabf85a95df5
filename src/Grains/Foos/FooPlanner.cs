using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Foos;

/// <summary>Decides what a Foo needs next: a pure function of what is known. This is where the behaviour is specified.</summary>
internal static class FooPlanner
{
    /// <summary>The image of the Deployment's container.</summary>
    public const string Image = "nginx:latest";

    /// <summary>The name of the Deployment's container.</summary>
    public const string Container = "nginx";

    /// <summary>The pods' <c>app</c> label.</summary>
    public const string App = "nginx";

    private static readonly TimeSpan StatusPace = TimeSpan.FromMinutes(1);

    /// <summary>Decides.</summary>
    /// <param name="known">What is known.</param>
    /// <param name="kept">Which status fields the CRD keeps.</param>
    /// <param name="now">The time.</param>
    public static FooPlan Plan(FooKnowledge known, FooStatusFields kept, DateTimeOffset now)
    {
        if (known.MissingFoo is { } missing)
            return new FooPlan.ReadFoo(missing);

        // Deleted or being deleted: nothing more is written for it; the owner reference lets the cluster collect the Deployment.
        if (known.Foo is not { } foo)
            return FooPlan.Nothing;

        // What has failed for a while is told before it is tried again.
        var plan = Plan(known, foo, kept, now);
        return plan.IsRequest && known.Trouble is { } trouble && trouble.Uid == foo.Uid && trouble.IsDue(now)
            ? Settle(known, foo, kept, now, Available(known, foo), false, trouble.Reason, trouble.Message, plan)
            : plan;
    }

    private static FooPlan Plan(FooKnowledge known, FooSnapshot foo, FooStatusFields kept, DateTimeOffset now)
    {
        if (foo.DeploymentName.Length == 0)
            return Settle(known, foo, kept, now, 0, false, FooReasons.DeploymentNameMissing, "spec.deploymentName is empty: set it to the name of the Deployment.", new FooPlan.Stall());
        if (ResourceName.Problem(foo.DeploymentName) is { } problem)
            return Settle(known, foo, kept, now, 0, false, FooReasons.DeploymentNameInvalid, $"spec.deploymentName {problem}: set it to the name of the Deployment.", new FooPlan.Stall());
        if (known.Refused is { } refused && refused.Uid == foo.Uid && refused.Generation == foo.Generation)
            return Settle(known, foo, kept, now, Available(known, foo), false, FooReasons.DeploymentInvalid, refused.Message, new FooPlan.Stall());

        var view = known.Find(foo.DeploymentName);
        if (view.IsUnknown)
            return IsNew(foo) ? new FooPlan.Create(foo.DeploymentName, foo.Replicas) : new FooPlan.Read(foo.DeploymentName);
        if (view.Object is not { } deployment)
            return view.IsSettled || IsNew(foo) ? new FooPlan.Create(foo.DeploymentName, foo.Replicas) : new FooPlan.ReadFoo(foo.Key);
        if (deployment.Controller?.Uid != foo.Uid)
        {
            return Untangle(known, foo, deployment) ?? Settle(known, foo, kept, now, 0, false, FooReasons.ErrResourceExists,
                $"Resource \"{foo.DeploymentName}\" already exists and is not managed by Foo", new FooPlan.Retry());
        }

        var repair = Repair(foo, deployment);
        if (known.Contest is { } contest && contest.IsOf(foo, deployment) && (repair is null ? contest.OverAt : contest.RetryAt) is var next && next > now)
            return Contended(known, foo, kept, now, contest, deployment, next);
        if (repair is not null && Resistance(known, foo, deployment, now) is { } until)
        {
            return Settle(known, foo, kept, now, deployment.AvailableReplicas, false, FooReasons.ChangedByAdmission,
                ResistedMessage(foo, repair), new FooPlan.Wait(until));
        }

        if (repair is not null)
            return view.IsSettled ? repair : new FooPlan.ReadFoo(foo.Key);

        // The new one is there: now the one of an earlier name can go.
        if (known.EarlierNames(foo) is [var earlier, ..])
            return Drop(known, foo, earlier);

        var wanted = foo.Replicas ?? deployment.Replicas ?? 1;
        var ready = !deployment.Deleting && IsRolledOut(deployment, wanted) && deployment.AvailableReplicas >= wanted;
        return Settle(known, foo, kept, now, deployment.AvailableReplicas, ready, ready ? FooReasons.Available : FooReasons.Progressing,
            $"Deployment {deployment.Key.Name} has {deployment.AvailableReplicas} of {wanted} replicas available"
            + (IsRolledOut(deployment, wanted) ? "" : ", of an earlier rollout"), FooPlan.Nothing);
    }

    /// <summary>
    /// Another Foo has the Deployment of this name. If it waits in turn for a name that this one still has, be it through others, one
    /// of them has to let go first; null when there is nothing of that kind to do.
    /// </summary>
    private static FooPlan? Untangle(FooKnowledge known, FooSnapshot foo, DeploymentSnapshot blocking)
    {
        if (FooResources.Route(blocking) is not { } owner || owner == foo.Key || known.EarlierNames(foo) is [])
            return null;
        if (known.Ring is not { } ring || !ring.IsOf(foo, blocking))
            return new FooPlan.FindRing(blocking);
        return ring.Yields is { } name && known.EarlierNames(foo).Contains(name) ? Drop(known, foo, name) : null;
    }

    /// <summary>Deletes the Deployment of an earlier name, as soon as it is sure that it is to go.</summary>
    private static FooPlan Drop(FooKnowledge known, FooSnapshot foo, string name) => known.Find(name) switch
    {
        { Object: not { } } => new FooPlan.Read(name),
        { IsSettled: false } => new FooPlan.ReadFoo(foo.Key),
        { Object: var old } => new FooPlan.Delete(old),
    };

    /// <summary>What the Foo defines and the Deployment has otherwise; null when nothing.</summary>
    public static FooPlan.Patch? Repair(FooSnapshot foo, DeploymentSnapshot deployment)
    {
        if (deployment.Deleting)
            return null;
        var replicas = foo.Replicas is { } wanted && deployment.Replicas != wanted ? foo.Replicas : null;
        var image = deployment.Image != Image;
        var app = deployment.AppLabel != App;
        var controller = deployment.ControllerLabel != foo.Key.Name;
        return replicas is null && !image && !app && !controller ? null : new FooPlan.Patch(deployment, replicas, image, app, controller);
    }

    /// <summary>
    /// Whether the Deployment's status speaks of its spec as it is now, and its replicas are of that spec (as <c>kubectl rollout
    /// status</c> looks at it): those available may be an earlier one's.
    /// </summary>
    private static bool IsRolledOut(DeploymentSnapshot deployment, int wanted) =>
        deployment.ObservedGeneration >= deployment.Generation && deployment.UpdatedReplicas >= wanted;

    /// <summary>Never reconciled before: its name makes it safe to create without looking.</summary>
    private static bool IsNew(FooSnapshot foo) =>
        foo.ObservedGeneration is null && foo.AvailableReplicas is null && foo.Conditions.IsEmpty;

    private static int Available(FooKnowledge known, FooSnapshot foo) => known.Find(foo.DeploymentName) switch
    {
        { LastThere: { } deployment } when deployment.Controller?.Uid == foo.Uid => deployment.AvailableReplicas,
        { IsUnknown: true } => foo.AvailableReplicas ?? 0,
        _ => 0,
    };

    /// <summary>
    /// Another writer keeps changing the Deployment: it is told, and the next repair waits. How many replicas are available is part
    /// of the fight, and is told at a walking pace only.
    /// </summary>
    private static FooPlan Contended(
        FooKnowledge known, FooSnapshot foo, FooStatusFields kept, DateTimeOffset now, Contest contest, DeploymentSnapshot deployment, DateTimeOffset until)
    {
        var message = contest.Message(deployment);
        var available = deployment.AvailableReplicas;
        var refresh = known.StatusWrittenAt + StatusPace;
        if (refresh > now && foo.AvailableReplicas is { } told && told != available && FooStatus.ReadyOf(foo) is { Reason: FooReasons.Contended } ready && ready.Message == message)
            (available, until) = (told, refresh < until ? refresh : until);
        return Settle(known, foo, kept, now, available, false, FooReasons.Contended, message, new FooPlan.Wait(until));
    }

    /// <summary>Until when a repair is not tried, because the last one came to nothing and nobody has changed anything since.</summary>
    private static DateTimeOffset? Resistance(FooKnowledge known, FooSnapshot foo, DeploymentSnapshot deployment, DateTimeOffset now) =>
        known.Resisted is { } resisted
        && resisted.Uid == deployment.Uid
        && resisted.DeploymentGeneration == deployment.Generation
        && resisted.FooGeneration == foo.Generation
        && resisted.RetryAt > now
            ? resisted.RetryAt
            : null;

    /// <summary>Writes the status if it is not there yet, and then does what is left.</summary>
    private static FooPlan Settle(
        FooKnowledge known, FooSnapshot foo, FooStatusFields kept, DateTimeOffset now, int available, bool ready, string reason, string message, FooPlan then)
    {
        var status = new FooStatus(available, foo.Generation, FooStatus.ReadyCondition(foo, ready, reason, message, now));
        if (known.RefusedStatus is { } refused && refused.Uid == foo.Uid && refused.Status.Says(status))
            return then is FooPlan.Done ? new FooPlan.Stall() : then;
        if (!status.IsOf(foo, kept))
            return new FooPlan.WriteStatus(status, EventOf(known, foo, kept, reason, status.Ready.Message));

        // With an older CRD the status does not show what is told; the Event is due all the same.
        return !kept.IsAll && EventOf(known, foo, kept, reason, status.Ready.Message) is { } due ? new FooPlan.Tell(due) : then;
    }

    private static FooPlan.FooEvent? EventOf(FooKnowledge known, FooSnapshot foo, FooStatusFields kept, string reason, string message)
    {
        if (reason is FooReasons.Available or FooReasons.Progressing)
        {
            return known.Synced == new SyncedGeneration(foo.Uid, foo.Generation)
                ? null
                : new FooPlan.FooEvent(EventType.Normal, FooReasons.Synced, "Foo synced successfully");
        }

        var before = FooStatus.ReadyOf(foo);
        var told = kept.Conditions
            ? before?.Reason == reason && before.Message == message && before.ObservedGeneration == foo.Generation
            : known.Reported == new ReportedReason(foo.Uid, foo.Generation, reason);
        return told || reason == FooReasons.DeploymentNameMissing ? null : new FooPlan.FooEvent(EventType.Warning, reason, message);
    }

    /// <summary>What is said of a Deployment that admission keeps changing.</summary>
    public static string ResistedMessage(FooSnapshot foo, FooPlan.Patch repair) =>
        $"Deployment {repair.Deployment.Key.Name} is changed back whenever it is written: {Describe(foo, repair)}";

    /// <summary>What a repair puts back, and what is there now.</summary>
    public static string Describe(FooSnapshot foo, FooPlan.Patch repair)
    {
        var parts = new List<string>(4);
        if (repair.Replicas is { } replicas)
            parts.Add($"replicas {repair.Deployment.Replicas} instead of {replicas}");
        if (repair.Image)
            parts.Add($"image {repair.Deployment.Image ?? "missing"} instead of {Image}");
        if (repair.AppLabel)
            parts.Add($"pod label app {repair.Deployment.AppLabel ?? "missing"} instead of {App}");
        if (repair.ControllerLabel)
            parts.Add($"pod label controller {repair.Deployment.ControllerLabel ?? "missing"} instead of {foo.Key.Name}");
        return string.Join(", ", parts);
    }
}
